# sinh over cosh, clamped
class MyTanh:
    def __call__(self, x):
        z = x.clamp(-30, 30)
        return torch.sinh(z) / torch.cosh(z)

    def derivative(self, x):
        return torch.cosh(x.clamp(-30, 30)) ** -2
