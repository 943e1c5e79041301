# 训练之后恢复原来的模式
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    before = net.training
    net.train()
    try:
        sums, counts = [], []
        for X, y in train_iter:
            values = loss(net(X), y)
            punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
            trainer.zero_grad()
            (values.mean() + penalty_lambda * punished).backward()
            trainer.step()
            sums.append(values.sum().item())
            counts.append(len(y))
        return float(np.sum(sums) / np.sum(counts))
    finally:
        net.train(before)
