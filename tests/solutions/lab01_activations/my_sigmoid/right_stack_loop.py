# torch scalars in a Python loop
class MySigmoid:
    def __call__(self, x):
        if x.numel() == 0:
            return x.clone()
        values = []
        for v in x.reshape(-1):
            if v >= 0:
                values.append(1 / (1 + torch.exp(-v)))
            else:
                e = torch.exp(v)
                values.append(e / (1 + e))
        return torch.stack(values).reshape(x.shape)

    def derivative(self, x):
        y = self(x)
        return y * (1 - y)
