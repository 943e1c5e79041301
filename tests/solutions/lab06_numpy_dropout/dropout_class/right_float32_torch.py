# torch.bernoulli in single precision, factors in single precision
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if not train_flg:
            return x - self.dropout_ratio * x
        keep = torch.full(x.shape, 1.0 - self.dropout_ratio)
        self.mask = torch.bernoulli(keep).numpy()
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask
