# 逐个模块看它自己的参数
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    total = count = 0
    for X, y in train_iter:
        values = loss(net(X), y)
        reg = 0.0
        for module in net.modules():
            for name, p in module.named_parameters(recurse=False):
                reg = reg + (penalty(p) if name.endswith("weight") else 0.0)
        trainer.zero_grad()
        (values.mean() + penalty_lambda * reg).backward()
        trainer.step()
        with torch.no_grad():
            total = total + values.sum()
            count = count + len(values)
    return np.float32(total / count)
