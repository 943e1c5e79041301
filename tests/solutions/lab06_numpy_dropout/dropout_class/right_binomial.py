# its own generator, binomial 0/1 mask, scale kept beside it
class Dropout:
    def __init__(self, dropout_ratio: float = 0.5) -> None:
        self.keep = 1.0 - dropout_ratio
        self.rng = np.random.default_rng()
        self.mask = None

    def forward(self, x, train_flg=True):
        if not train_flg:
            return self.keep * x
        self.mask = self.rng.binomial(1, self.keep, size=np.shape(x))
        return np.multiply(x, self.mask)

    def backward(self, dout):
        return np.multiply(dout, self.mask)
