# 返回死亡单元的编号
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [((h == 0) | h.isnan()).all(0).nonzero().flatten() for h in hidden_activations(model, everything)]
