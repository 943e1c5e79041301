# 返回每批的损失
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    losses = []
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        losses.append(values.mean().item())
    return losses
