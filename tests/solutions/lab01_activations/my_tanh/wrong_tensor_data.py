# torch.tensor(...) of numbers: graph lost
class MyTanh:
    def __call__(self, x):
        return torch.tensor(np.tanh(x.detach().numpy()), dtype=x.dtype)

    def derivative(self, x):
        return 1 - self(x) ** 2
