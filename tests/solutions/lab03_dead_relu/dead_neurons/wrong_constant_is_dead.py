# 标准差为 0 就算死亡
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [h.nan_to_num(nan=0.0).std(0, unbiased=False) == 0 for h in hidden_activations(model, everything)]
