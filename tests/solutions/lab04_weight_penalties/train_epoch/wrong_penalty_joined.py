# 先把所有权重拼成一个长向量
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    for X, y in train_iter:
        values = loss(net(X), y)
        weights = [p.flatten() for name, p in net.named_parameters() if name.endswith("weight")]
        punished = penalty(torch.cat(weights))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        metric.add(values.sum(), values.numel())
    return metric[0] / metric[1]
