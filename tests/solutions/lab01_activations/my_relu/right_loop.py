# a Python loop over the elements for the derivative, a helper outside the class
def _step(v):
    return 1.0 if v > 0 else 0.0


class MyReLU:
    def __call__(self, x):
        return (x > 0) * x

    def derivative(self, x):
        values = [_step(v) for v in x.flatten().tolist()]
        return torch.tensor(values, dtype=x.dtype).reshape(x.shape)
