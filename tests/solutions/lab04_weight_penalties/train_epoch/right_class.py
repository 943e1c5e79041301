# 用一个类来记账
class _Epoch:
    def __init__(self, net, loss, trainer, penalty, strength):
        self.net, self.loss, self.trainer = net, loss, trainer
        self.penalty, self.strength = penalty, strength
        self.total, self.count = 0.0, 0

    def punished(self):
        return sum(self.penalty(p) for name, p in self.net.named_parameters() if name.endswith("weight"))

    def step(self, X, y):
        values = self.loss(self.net(X), y)
        self.trainer.zero_grad()
        (values.mean() + self.strength * self.punished()).backward()
        self.trainer.step()
        self.total += float(values.detach().double().sum())
        self.count += values.shape[0]


def train_epoch(net, train_iter, loss, trainer, penalty, penalty_lambda):
    epoch = _Epoch(net.train(), loss, trainer, penalty, penalty_lambda)
    for X, y in train_iter:
        epoch.step(X, y)
    return epoch.total / epoch.count
