# the ratio is kept on the class: a second object changes the first
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        Dropout.ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = np.random.random(x.shape) >= Dropout.ratio
            return x * self.mask
        return x * (1.0 - Dropout.ratio)

    def backward(self, dout):
        return dout * self.mask
