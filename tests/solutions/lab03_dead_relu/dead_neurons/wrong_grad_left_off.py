# 关掉梯度没有恢复
def dead_neurons(model, batches):
    torch.set_grad_enabled(False)
    everything = torch.cat(list(batches))
    return [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, everything)]
