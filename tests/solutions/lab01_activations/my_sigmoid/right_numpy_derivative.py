# numpy and float64 for the derivative
class MySigmoid:
    def __call__(self, x):
        z = torch.exp(-x.abs())
        return torch.where(x >= 0, torch.ones_like(z), z) / (1 + z)

    def derivative(self, x):
        a = np.exp(-np.abs(x.detach().numpy().astype(np.float64)))
        return torch.as_tensor(np.asarray(a / (1 + a) ** 2), dtype=x.dtype)
