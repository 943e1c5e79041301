# a new mask in backward
class InvertedDropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = np.random.random(x.shape) >= self.dropout_ratio
            return x * self.mask / (1.0 - self.dropout_ratio)
        return x.copy()

    def backward(self, dout):
        return dout * (np.random.random(dout.shape) >= self.dropout_ratio) / (1.0 - self.dropout_ratio)
