# view(-1): fails on a transposed tensor
class MyReLU:
    def __call__(self, x):
        flat = x.view(-1)
        return torch.maximum(flat, torch.zeros_like(flat)).view(x.shape)

    def derivative(self, x):
        return (x > 0).to(x.dtype)
