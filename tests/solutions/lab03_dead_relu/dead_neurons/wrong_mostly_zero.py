# 零的比例超过 95% 就算死亡
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [((h == 0) | h.isnan()).float().mean(0) > 0.95 for h in hidden_activations(model, everything)]
