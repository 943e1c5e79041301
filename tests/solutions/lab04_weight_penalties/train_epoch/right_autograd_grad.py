# 用 autograd.grad 求梯度，再放进 .grad
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    params = list(net.parameters())
    total = count = 0
    for X, y in train_iter:
        values = loss(net(X), y)
        objective = values.mean() + penalty_lambda * sum(
            penalty(p) for name, p in net.named_parameters() if name.endswith("weight")
        )
        for p, grad in zip(params, torch.autograd.grad(objective, params, allow_unused=True)):
            p.grad = grad
        trainer.step()
        total += float(values.sum())
        count += values.numel()
    return total / count
