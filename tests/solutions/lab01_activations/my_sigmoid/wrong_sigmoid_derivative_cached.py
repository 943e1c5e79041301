# derivative of what the last call saw
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-torch.where(x >= 0, x, -x))
        self.y = torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)
        return self.y

    def derivative(self, x):
        return self.y * (1 - self.y)
