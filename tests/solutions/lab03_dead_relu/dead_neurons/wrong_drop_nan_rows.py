# 只要有一个单元是 NaN，就不看这个样本
def dead_neurons(model, batches):
    X = torch.cat(list(batches))
    out = []
    for h in hidden_activations(model, X):
        good = ~h.isnan().any(1)
        out.append((h[good] == 0).all(0))
    return out
