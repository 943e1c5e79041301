# 损失与惩罚各反向一次，梯度累加；用完后清空
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    total, count = 0.0, 0
    net.zero_grad()
    for X, y in train_iter:
        values = loss(net(X), y)
        values.mean().backward()
        for name, p in net.named_parameters():
            if name[-6:] == "weight":
                (penalty_lambda * penalty(p)).backward()
        trainer.step()
        trainer.zero_grad()
        total += values.sum().item()
        count += len(y)
    return total / count
