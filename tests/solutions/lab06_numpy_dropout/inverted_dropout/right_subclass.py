# a base class draws, the layer scales; einsum and copies
class _Coins:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.keep_prob = 1.0 - dropout_ratio
        self.mask = None

    def draw(self, shape):
        self.mask = (np.random.random_sample(size=shape) < self.keep_prob).astype(np.float64)


class InvertedDropout(_Coins):
    def forward(self, x, train_flg=True):
        if train_flg:
            self.draw(x.shape)
            return np.einsum("...,...->...", x, self.mask) / self.keep_prob
        return x.copy()

    def backward(self, dout):
        return np.einsum("...,...->...", dout, self.mask) / self.keep_prob
