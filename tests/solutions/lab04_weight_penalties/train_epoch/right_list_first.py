# 先把生成器存成列表，手动把梯度设为 None
def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    batches = list(train_iter)
    weights = [p for n, p in net.named_parameters() if n.split(".")[-1].endswith("weight")]
    losses = []
    for features, labels in batches:
        net.train(True)
        for p in net.parameters():
            p.grad = None
        l = loss(net(features), labels)
        objective = l.sum() / l.shape[0]
        for w in weights:
            objective = objective + penalty_lambda * penalty(w)
        objective.backward()
        trainer.step()
        losses.append(l.detach().reshape(-1))
    return torch.cat(losses).mean()
