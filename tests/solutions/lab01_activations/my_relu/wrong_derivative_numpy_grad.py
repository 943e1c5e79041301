# numpy() on a tensor that requires grad
class MyReLU:
    def __call__(self, x):
        return torch.maximum(x, torch.zeros_like(x))

    def derivative(self, x):
        return torch.from_numpy((x.numpy() > 0).astype(x.numpy().dtype))
