# 累加张量，返回 0 维张量（仍带着计算图）
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    total, n = torch.zeros(()), 0
    for X, y in train_iter:
        l = loss(net(X), y).reshape(-1)
        reg = torch.zeros(1)
        for name, p in net.named_parameters():
            if name.endswith("weight"):
                reg = reg + penalty(p)
        trainer.zero_grad()
        (l + penalty_lambda * reg).mean().backward()
        trainer.step()
        total = total + l.sum()
        n += l.shape[0]
    return total / n
