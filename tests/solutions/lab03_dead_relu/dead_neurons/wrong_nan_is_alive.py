# NaN 被当成有反应（NaN != 0 为真）
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [~(h != 0).any(0) for h in hidden_activations(model, everything)]
