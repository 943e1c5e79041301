# loops over rows and columns
class MyReLU:
    def __call__(self, x):
        rows = [[v if v > 0 else 0 * v for v in row] for row in x]
        return torch.stack([torch.stack(row) for row in rows])

    def derivative(self, x):
        return (x > 0).to(x.dtype)
