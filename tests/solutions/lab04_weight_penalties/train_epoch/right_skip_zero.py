# λ = 0 时不求惩罚；清空梯度放在每步前后
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    net.train()
    total = torch.tensor(0.0)
    count = 0
    for X, y in train_iter:
        trainer.zero_grad()
        output = net(X)
        per_sample = loss(output, y)
        mean_loss = per_sample.mean()
        objective = mean_loss
        if penalty_lambda != 0:
            for name, parameter in net.named_parameters():
                if name.endswith("weight"):
                    objective = objective + penalty_lambda * penalty(parameter)
        objective.backward()
        trainer.step()
        trainer.zero_grad()
        batch = X.shape[0]
        total += mean_loss.detach() * batch
        count += batch
    return total / count
