# 内部的生成器逐批给出损失
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    def objective(values):
        value = values.mean()
        for name, p in net.named_parameters():
            if name.endswith("weight"):
                value = value + penalty_lambda * penalty(p)
        return value

    def run():
        for X, y in train_iter:
            net.train()
            values = loss(net(X), y)
            trainer.zero_grad()
            objective(values).backward()
            trainer.step()
            yield from values.detach().flatten().tolist()

    losses = list(run())
    return sum(losses) / len(losses)
