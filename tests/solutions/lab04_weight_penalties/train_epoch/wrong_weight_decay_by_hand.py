# 直接改权重，动量和其他惩罚都不对
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        values.mean().backward()
        trainer.step()
        with torch.no_grad():
            for name, p in net.named_parameters():
                if name.endswith("weight"):
                    p.mul_(1 - trainer.param_groups[0]["lr"] * penalty_lambda)
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
