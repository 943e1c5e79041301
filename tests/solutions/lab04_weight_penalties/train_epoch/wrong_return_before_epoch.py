# 训练之前先算好损失
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    metric = Accumulator(2)
    batches = list(train_iter)
    before = evaluate_loss(net, batches, loss)
    net.train()
    for X, y in batches:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        metric.add(values.sum(), values.numel())
    return before
