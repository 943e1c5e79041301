# torch.unique 数每个值出现的次数
def zero_fraction(activations):
    values, counts = torch.unique(activations, return_counts=True)
    hit = counts[values == 0]
    return (hit.sum() / activations.numel()).item() if len(hit) else 0.0
