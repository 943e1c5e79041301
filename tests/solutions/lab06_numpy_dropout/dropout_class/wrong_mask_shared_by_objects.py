# mask kept on the class, not on the object
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        Dropout.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            Dropout.mask = np.random.random(x.shape) >= self.dropout_ratio
            return x * Dropout.mask
        return x * (1.0 - self.dropout_ratio)

    def backward(self, dout):
        return dout * Dropout.mask
