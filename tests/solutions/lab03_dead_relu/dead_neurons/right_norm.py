# 每个单元对所有样本的范数是不是 0
def dead_neurons(model, batches):
    X = torch.vstack(tuple(batches))
    return [torch.linalg.vector_norm(h.nan_to_num(), dim=0) == 0 for h in hidden_activations(model, X)]
