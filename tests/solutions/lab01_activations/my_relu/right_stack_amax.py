# largest of a stack
class MyReLU:
    def __call__(self, x):
        return torch.stack([x, torch.zeros_like(x)]).amax(dim=0)

    def derivative(self, x):
        return torch.heaviside(x.detach(), torch.zeros_like(x))
