# exactly the share dropout_ratio of the elements is dropped
class InvertedDropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            order = np.random.permutation(x.size).reshape(x.shape)
            self.mask = order >= round(self.dropout_ratio * x.size)
            return x * self.mask / (1.0 - self.dropout_ratio)
        return x

    def backward(self, dout):
        return dout * self.mask / (1.0 - self.dropout_ratio)
