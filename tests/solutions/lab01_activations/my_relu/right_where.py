# torch.where with tensors
class MyReLU:
    def __call__(self, x):
        return torch.where(x > 0, x, torch.zeros_like(x))

    def derivative(self, x):
        return torch.where(x > 0, torch.ones_like(x), torch.zeros_like(x))
