# the ratio is kept on the class: a second object changes the first
class InvertedDropout:
    def __init__(self, dropout_ratio=0.5):
        InvertedDropout.ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = np.random.random(x.shape) >= InvertedDropout.ratio
            return x * self.mask / (1.0 - InvertedDropout.ratio)
        return x

    def backward(self, dout):
        return dout * self.mask / (1.0 - InvertedDropout.ratio)
