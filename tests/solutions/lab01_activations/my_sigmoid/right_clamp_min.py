# only the left side needs a limit
class MySigmoid:
    def __call__(self, x):
        low = -80 if x.dtype == torch.float32 else -700
        return 1 / (1 + torch.exp(-torch.clamp(x, min=low)))

    def derivative(self, x):
        e = torch.exp(-x.abs())
        return e / (1 + e) ** 2
