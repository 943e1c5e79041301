# 出现过一次 NaN 就判死亡
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [~(h.abs().amax(0) > 0) for h in hidden_activations(model, everything)]
