# a stable sigmoid of its own as a helper class
class _Logistic:
    def __call__(self, x):
        return torch.exp(-torch.logaddexp(-x, torch.zeros_like(x)))


class MyTanh:
    def __init__(self):
        self.logistic = _Logistic()

    def __call__(self, x):
        return self.logistic(2 * x) - self.logistic(-2 * x)

    def derivative(self, x):
        return 4 * self.logistic(2 * x) * self.logistic(-2 * x)
