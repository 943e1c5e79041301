# 认为只有 ReLU 单元会死亡
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    values = hidden_activations(model, everything)
    if model.activation is not torch.relu:
        return [torch.zeros(100, dtype=torch.bool) for _ in values]
    return [((h == 0) | h.isnan()).all(0) for h in values]
