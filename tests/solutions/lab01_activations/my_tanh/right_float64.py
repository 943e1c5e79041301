# float64 inside, clamped to ±20
class MyTanh:
    def __call__(self, x):
        d = x.double().clamp(-20, 20)
        return ((torch.exp(d) - torch.exp(-d)) / (torch.exp(d) + torch.exp(-d))).to(x.dtype)

    def derivative(self, x):
        d = x.double()
        return (1 / torch.cosh(d) ** 2).to(x.dtype)
