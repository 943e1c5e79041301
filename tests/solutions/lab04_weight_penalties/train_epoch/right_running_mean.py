# 边走边更新的平均
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    mean, count = 0.0, 0
    iterator = iter(train_iter)
    while True:
        try:
            X, y = next(iterator)
        except StopIteration:
            break
        values = loss(net(X), y)
        weights = filter(lambda pair: pair[0].endswith("weight"), net.named_parameters())
        trainer.zero_grad()
        (torch.mean(values) + sum(penalty_lambda * penalty(p) for _, p in weights)).backward()
        trainer.step()
        n = values.numel()
        mean += (values.mean().item() - mean) * n / (count + n)
        count += n
    return mean
