# backward uses the mask of the first forward pass
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            first = self.mask
            self.mask = np.random.random(x.shape) >= self.dropout_ratio
            out = x * self.mask
            self.mask = self.mask if first is None else first
            return out
        return x * (1.0 - self.dropout_ratio)

    def backward(self, dout):
        return dout * self.mask
