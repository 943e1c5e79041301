# 指数滑动平均
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    average = None
    for X, y in train_iter:
        values = loss(net(X), y)
        punished = sum(penalty(p) for name, p in net.named_parameters() if name.endswith("weight"))
        trainer.zero_grad()
        (values.mean() + penalty_lambda * punished).backward()
        trainer.step()
        batch_loss = float(values.mean())
        average = batch_loss if average is None else 0.9 * average + 0.1 * batch_loss
    return average
