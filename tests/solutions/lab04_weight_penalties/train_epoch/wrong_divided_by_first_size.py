# 除以批量数乘第一批的大小
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric, batches, size = Accumulator(1), 0, None
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        metric.add(values.sum())
        batches, size = batches + 1, size or len(y)
    return metric[0] / (batches * size)
