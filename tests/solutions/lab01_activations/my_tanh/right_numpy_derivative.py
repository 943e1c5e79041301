# numpy for the derivative
class MyTanh:
    def __call__(self, x):
        e = torch.expm1(-2 * torch.where(x >= 0, x, -x))
        return torch.where(x >= 0, -e, e) / (2 + e)

    def derivative(self, x):
        y = np.tanh(x.detach().numpy())
        return torch.as_tensor(np.asarray(1 - y * y), dtype=x.dtype)
