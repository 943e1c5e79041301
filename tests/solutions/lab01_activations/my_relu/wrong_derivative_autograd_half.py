# autograd of torch.maximum: ½ at 0
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        leaf = x.detach().clone().requires_grad_()
        self(leaf).sum().backward()
        return leaf.grad
