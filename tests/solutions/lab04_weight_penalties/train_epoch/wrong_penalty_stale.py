# 循环前复制了一份权重来算惩罚
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    old = {name: p.detach().clone() for name, p in net.named_parameters()}
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        values.mean().backward()
        for name, p in net.named_parameters():
            if name.endswith("weight"):
                w = old[name].clone().requires_grad_()
                p.grad += penalty_lambda * torch.autograd.grad(penalty(w), w)[0]
        trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
