# softmax over x and 0
class MySigmoid:
    def __call__(self, x):
        return torch.softmax(torch.stack([x, torch.zeros_like(x)]), dim=0)[0]

    def derivative(self, x):
        p = torch.softmax(torch.stack([x, torch.zeros_like(x)]), dim=0)
        return p[0] * p[1]
