# 数每个单元有反应的样本数，最后看是不是 0
def dead_neurons(model, batches):
    counts = [0] * (len(model.layers) + 1)
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            counts[k] = counts[k] + (h.abs() > 0).sum(dim=0)
    return [c == 0 for c in counts]
