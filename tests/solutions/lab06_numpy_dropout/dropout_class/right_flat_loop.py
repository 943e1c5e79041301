# one coin at a time from Python's random, over the flattened array
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        import random

        self.random = random.SystemRandom()
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg is False:
            return np.array([value * (1 - self.dropout_ratio) for value in x.ravel()]).reshape(x.shape)
        coins = [float(self.random.random() >= self.dropout_ratio) for _ in range(x.size)]
        self.mask = np.array(coins).reshape(x.shape)
        out = np.empty_like(x)
        for index in np.ndindex(*x.shape):
            out[index] = x[index] if self.mask[index] else 0.0
        return out

    def backward(self, dout):
        result = np.zeros_like(dout)
        kept = self.mask == 1
        result[kept] = dout[kept]
        return result
