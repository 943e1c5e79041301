# one element at a time
class MyLeakyReLU:
    def __init__(self, negative_slope=0.01):
        self.negative_slope = negative_slope

    def __call__(self, x):
        flat = x.reshape(-1)
        values = []
        for v in flat:
            if v > 0:
                values.append(v)
            else:
                values.append(self.negative_slope * v)
        if len(values) == 0:
            return torch.zeros_like(x)
        return torch.stack(values).reshape(x.shape)

    def derivative(self, x):
        values = [1.0 if v > 0 else self.negative_slope for v in x.flatten().tolist()]
        return torch.tensor(values, dtype=x.dtype).reshape(x.shape)
