# every row loses exactly the same number of elements
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            order = np.argsort(np.random.random(x.shape), axis=-1)
            self.mask = order >= round(self.dropout_ratio * x.shape[-1])
            return x * self.mask
        return x * (1.0 - self.dropout_ratio)

    def backward(self, dout):
        return dout * self.mask
