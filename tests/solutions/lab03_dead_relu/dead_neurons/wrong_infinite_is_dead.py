# 用 isfinite 判断，无穷大也被当成没有反应
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [~((h != 0) & torch.isfinite(h)).any(0) for h in hidden_activations(model, everything)]
