# a fresh tensor that requires grad
class MyReLU:
    def __call__(self, x):
        return torch.tensor(x.detach().numpy().clip(0), requires_grad=x.requires_grad)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
