# 零的比例超过 99.9% 就算死亡
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [((h == 0) | h.isnan()).double().mean(0) > 0.999 for h in hidden_activations(model, everything)]
