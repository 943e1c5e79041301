# 不用优化器，自己更新
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= trainer.param_groups[0]["lr"] * p.grad
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
