# 惩罚只在循环前算一次
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
    for X, y in train_iter:
        values = loss(net(X), y)
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward(retain_graph=True)
        trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
