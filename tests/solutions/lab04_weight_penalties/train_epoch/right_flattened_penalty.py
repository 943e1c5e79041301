# 把每个权重拉平后交给 penalty
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        trainer.zero_grad()
        values = loss(net(X), y)
        punished = [penalty(p.view(-1)) for name, p in net.named_parameters() if name.endswith("weight")]
        objective = values.mean() + penalty_lambda * torch.stack(punished).sum()
        objective.backward()
        trainer.step()
        metric.add(values.sum(), y.shape[0])
    return metric[0] / metric[1]
