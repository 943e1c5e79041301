# numpy.ma: dropped elements are masked and filled with 0
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg == False:  # noqa: E712
            return x * (1.0 - self.dropout_ratio)
        self.mask = np.random.binomial(1, self.dropout_ratio, x.shape).astype(bool)
        return np.ma.array(x, mask=self.mask).filled(0.0)

    def backward(self, dout):
        return np.ma.array(dout, mask=self.mask).filled(0.0)
