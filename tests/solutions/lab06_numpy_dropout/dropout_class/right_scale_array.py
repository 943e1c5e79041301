# one array holds the factor of every element
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = np.where(np.random.rand(*x.shape) < self.dropout_ratio, 0.0, 1.0)
            factor = self.mask
        else:
            factor = np.full(x.shape, 1.0 - self.dropout_ratio)
        return factor * x

    def backward(self, dout):
        return self.mask * dout
