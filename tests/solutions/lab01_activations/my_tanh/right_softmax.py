# difference of two probabilities
class MyTanh:
    def __call__(self, x):
        p = torch.softmax(torch.stack([x, -x]), dim=0)
        return p[0] - p[1]

    def derivative(self, x):
        p = torch.softmax(torch.stack([x, -x]), dim=0)
        return 4 * p[0] * p[1]
