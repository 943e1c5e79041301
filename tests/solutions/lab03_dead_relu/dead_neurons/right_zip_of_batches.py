# 收齐每一批的激活，再按层接起来
def dead_neurons(model, batches):
    per_batch = [hidden_activations(model, x) for x in batches]
    result = []
    for pieces in zip(*per_batch):
        table = torch.cat(pieces, dim=0)
        reacts = (table != 0) & (table == table)
        result.append(reacts.sum(dim=0) == 0)
    return result
