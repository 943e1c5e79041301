# tanh itself
class MyTanh:
    def __call__(self, x):
        e = torch.expm1(-2 * torch.where(x >= 0, x, -x))
        return torch.where(x >= 0, -e, e) / (2 + e)

    def derivative(self, x):
        return self(x)
