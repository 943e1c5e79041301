# 2σ(2x) − 1 with torch.sigmoid
class MyTanh:
    def __call__(self, x):
        return 2 * torch.sigmoid(2 * x) - 1

    def derivative(self, x):
        s = torch.sigmoid(2 * x)
        return 4 * s * (1 - s)
