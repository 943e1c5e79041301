# 只清空权重的梯度
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        for name, p in net.named_parameters():
            if name.endswith("weight"):
                p.grad = None
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
