# 记录激活函数的输出，用完恢复
def dead_neurons(model, batches):
    original, record = model.activation, []
    model.activation = lambda z: record.append(original(z)) or record[-1]
    try:
        with torch.no_grad():
            per_batch = []
            for x in batches:
                record.clear()
                model(x)
                per_batch.append([((a != 0) & (a == a)).any(0) for a in record])
    finally:
        model.activation = original
    return [~torch.stack(flags).any(0) for flags in zip(*per_batch)]
