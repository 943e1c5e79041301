# 最后一批不加惩罚
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    batches = list(train_iter)
    for i, (X, y) in enumerate(batches):
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        strength = penalty_lambda if i < len(batches) - 1 or i == 0 else 0.0
        (values.mean() + strength * punished).backward()
        trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
