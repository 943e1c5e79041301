# 用闭包做一步，返回 numpy 数
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    sums = []
    for X, y in train_iter:
        seen = {}

        def closure():
            trainer.zero_grad()
            values = loss(net(X), y)
            seen["values"] = values.detach().double().numpy()
            punished = torch.stack([penalty(p) for k, p in net.named_parameters() if k.endswith("weight")]).sum()
            objective = torch.mean(values) + penalty_lambda * punished
            objective.backward()
            return objective

        trainer.step(closure)
        sums.append((seen["values"].sum(), X.shape[0]))
    a, b = np.sum(np.array(sums), axis=0)
    return np.float64(a / b)
