# 先把所有批接起来，再一次算完
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [torch.nan_to_num(h, nan=0.0).eq(0).all(dim=0) for h in hidden_activations(model, everything)]
