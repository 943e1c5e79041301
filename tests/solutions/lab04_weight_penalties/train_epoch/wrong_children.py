# 只看直接的子模块
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(layer.weight) for layer in net.children() if hasattr(layer, "weight"))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
