# 更新之后再减惩罚的梯度（解耦的衰减）
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        values.mean().backward()
        trainer.step()
        for name, p in net.named_parameters():
            if name.endswith("weight"):
                (slope,) = torch.autograd.grad(penalty(p), p)
                p.data -= trainer.param_groups[0]["lr"] * penalty_lambda * slope
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
