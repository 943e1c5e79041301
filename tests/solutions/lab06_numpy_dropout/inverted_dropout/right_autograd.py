# torch remembers the graph: backward asks autograd
class InvertedDropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.x = self.out = None

    def forward(self, x, train_flg=True):
        if not train_flg:
            return x
        self.x = torch.tensor(x, requires_grad=True)
        coins = torch.rand(x.shape, dtype=torch.float64) >= self.dropout_ratio
        self.out = self.x * coins / (1 - self.dropout_ratio)
        return self.out.detach().numpy()

    def backward(self, dout):
        (grad,) = torch.autograd.grad(self.out, self.x, torch.tensor(dout), retain_graph=True)
        return grad.numpy()
