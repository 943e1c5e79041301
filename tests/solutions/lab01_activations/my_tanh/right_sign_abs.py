# odd symmetry with sign and exp(-2|x|)
class MyTanh:
    def __call__(self, x):
        z = torch.exp(-2 * x.abs())
        return torch.sign(x) * (1 - z) / (1 + z)

    def derivative(self, x):
        return 1 - self(x) ** 2
