# 第一批之后才切换到训练模式
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        metric.add(values.sum(), values.numel())
        net.train()
    return metric[0] / metric[1]
