# 先收集权重，再用 functools.reduce 相加
import functools
import operator


def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    weights = [p for name, p in net.named_parameters() if name.endswith("weight")]
    net.train(mode=True)
    total, seen = 0.0, 0
    for batch in train_iter:
        X, y = batch[0], batch[1]
        trainer.zero_grad(set_to_none=False)
        values = loss(net(X), y)
        extra = functools.reduce(operator.add, map(penalty, weights), 0.0)
        torch.add(values.mean(), extra, alpha=penalty_lambda).backward()
        trainer.step()
        total += values.detach().sum().item()
        seen += X.size(0)
    return total / seen
