# torch scalars in a Python loop
class MyTanh:
    def _one(self, v):
        if v < 0:
            return -self._one(-v)
        e = torch.exp(-2 * v)
        return (1 - e) / (1 + e)

    def __call__(self, x):
        out = [self._one(v) for v in x.reshape(-1)]
        return torch.stack(out).reshape(x.shape) if out else torch.zeros_like(x)

    def derivative(self, x):
        return 1 - self(x) ** 2
