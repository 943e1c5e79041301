# hard ±1 beyond 10
class MyTanh:
    def __call__(self, x):
        y = torch.tanh(x)
        return torch.where(x.abs() > 10, torch.sign(x), y)

    def derivative(self, x):
        return 1 - self(x) ** 2
