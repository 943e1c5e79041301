# 返回每层死亡的比例
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [((h == 0) | h.isnan()).all(0).float().mean().item() for h in hidden_activations(model, everything)]
