# 返回的是活着的单元
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [((h != 0) & ~h.isnan()).any(0) for h in hidden_activations(model, everything)]
