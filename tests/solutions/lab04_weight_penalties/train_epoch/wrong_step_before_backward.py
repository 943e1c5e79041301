# 先更新再反向传播
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        trainer.step()
        (values.mean() + penalty_lambda * punished).backward()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
