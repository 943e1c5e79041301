# derivative by autograd, on a formula whose subgradient at 0 is 0
class MyReLU:
    def __call__(self, x):
        return torch.where(x > 0, x, torch.zeros_like(x))

    def derivative(self, x):
        leaf = x.detach().clone().requires_grad_(True)
        with torch.enable_grad():
            total = self(leaf).sum()
        return torch.autograd.grad(total, leaf)[0]
