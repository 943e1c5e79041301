# 切到评估模式没有恢复
def dead_neurons(model, batches):
    model.eval()
    everything = torch.cat(list(batches))
    return [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, everything)]
