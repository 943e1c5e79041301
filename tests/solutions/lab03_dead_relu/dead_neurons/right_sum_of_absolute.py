# 绝对值的总和是不是 0
def dead_neurons(model, batches):
    total = {}
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            total[k] = total.get(k, 0) + torch.nan_to_num(h, nan=0.0).abs().double().sum(dim=0)
    return [total[k] == 0 for k in sorted(total)]
