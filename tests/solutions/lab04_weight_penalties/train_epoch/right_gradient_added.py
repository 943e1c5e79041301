# 惩罚的梯度单独求出，加到 .grad 上
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        net.zero_grad()
        values = loss(net(X), y)
        values.mean().backward()
        for name, p in net.named_parameters():
            if name.endswith("weight"):
                (slope,) = torch.autograd.grad(penalty(p), p)
                p.grad = slope * penalty_lambda if p.grad is None else p.grad + penalty_lambda * slope
        trainer.step()
        metric.add(values.sum(), len(X))
    return torch.tensor(metric[0] / metric[1])
