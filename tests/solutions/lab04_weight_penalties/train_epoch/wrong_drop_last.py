# 丢掉最后一批
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in list(train_iter)[:-1] or train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
