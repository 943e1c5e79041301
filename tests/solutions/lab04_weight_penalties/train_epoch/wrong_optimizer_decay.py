# 改了优化器的 weight_decay
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        for group in trainer.param_groups:
            group["weight_decay"] = penalty_lambda
        trainer.zero_grad()
        (values.mean()).backward()
        trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
