# double torch.where: the unused branch sees a harmless input
class MySigmoid:
    def __call__(self, x):
        positive = x >= 0
        left = torch.where(positive, torch.zeros_like(x), x)
        right = torch.where(positive, x, torch.zeros_like(x))
        return torch.where(positive, 1 / (1 + torch.exp(-right)), torch.exp(left) / (1 + torch.exp(left)))

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
