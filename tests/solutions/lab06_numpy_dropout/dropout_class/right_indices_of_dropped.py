# remembers the flat positions that were dropped
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        out = np.array(x, dtype=float)
        if train_flg:
            self.mask = np.flatnonzero(np.random.uniform(size=out.size) < self.dropout_ratio)
            np.put(out, self.mask, 0.0)
            return out
        return out * (1.0 - self.dropout_ratio)

    def backward(self, dout):
        grad = np.array(dout, dtype=float)
        np.put(grad, self.mask, 0.0)
        return grad
