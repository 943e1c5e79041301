# 每两批更新一次
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for i, (X, y) in enumerate(train_iter):
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        if i % 2 == 0:
            trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        if i % 2 == 1:
            trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
