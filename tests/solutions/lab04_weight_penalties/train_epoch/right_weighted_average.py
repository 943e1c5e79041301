# np.average，按批量大小加权
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    means, sizes = [], []
    for X, y in iter(train_iter):
        values = loss(net(X), y)
        reg = torch.zeros(())
        for key in dict(net.named_parameters()):
            if key.endswith("weight"):
                reg = reg + penalty(net.get_parameter(key))
        total = values.sum() / values.shape[0] + penalty_lambda * reg
        for group in trainer.param_groups:
            for p in group["params"]:
                p.grad = None
        total.backward()
        trainer.step()
        means.append(values.detach().mean().item())
        sizes.append(values.shape[0])
    return np.average(means, weights=sizes)
