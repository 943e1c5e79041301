# numpy for the derivative
class MyReLU:
    def __call__(self, x):
        return torch.fmax(x, torch.zeros((), dtype=x.dtype))

    def derivative(self, x):
        a = x.detach().numpy()
        return torch.from_numpy(np.asarray(np.where(a > 0, 1, 0), dtype=a.dtype))
