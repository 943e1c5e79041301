# rng.choice mask, in-place work on copies
class InvertedDropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        out = x.copy()
        if train_flg:
            p = [self.dropout_ratio, 1 - self.dropout_ratio]
            self.mask = np.random.choice([False, True], size=x.shape, p=p)
            out[~self.mask] = 0
            out /= 1 - self.dropout_ratio
        else:
            out *= 1
        return out

    def backward(self, dout):
        grad = dout.copy()
        grad[~self.mask] = 0
        grad /= 1 - self.dropout_ratio
        return grad
