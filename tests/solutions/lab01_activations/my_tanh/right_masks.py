# positive and negative part written into a new tensor
class MyTanh:
    def __call__(self, x):
        y = torch.zeros_like(x)
        right = x > 0
        e = torch.exp(-2 * x[right])
        y[right] = (1 - e) / (1 + e)
        left = x < 0
        e = torch.exp(2 * x[left])
        y[left] = (e - 1) / (e + 1)
        return y

    def derivative(self, x):
        y = self(x)
        return (1 + y) * (1 - y)
