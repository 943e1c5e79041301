# torch draws the mask, np.where applies it
class InvertedDropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.dropped = None

    def _apply(self, values):
        return np.where(self.dropped, 0.0, values / (1 - self.dropout_ratio))

    def forward(self, x, train_flg=True):
        if train_flg:
            self.dropped = torch.rand(*x.shape).numpy() < self.dropout_ratio
            return self._apply(x)
        return x

    def backward(self, dout):
        return self._apply(dout)
