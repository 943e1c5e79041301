# mask kept on the class, not on the object
class InvertedDropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        InvertedDropout.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            InvertedDropout.mask = np.random.random(x.shape) >= self.dropout_ratio
            return x * InvertedDropout.mask / (1.0 - self.dropout_ratio)
        return x.copy()

    def backward(self, dout):
        return dout * InvertedDropout.mask / (1.0 - self.dropout_ratio)
