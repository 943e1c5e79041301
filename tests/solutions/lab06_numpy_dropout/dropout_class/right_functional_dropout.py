# F.dropout on ones makes the mask
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            ones = torch.ones(x.shape, dtype=torch.float64)
            self.mask = F.dropout(ones, self.dropout_ratio).numpy() != 0
            return x * self.mask
        return np.multiply(x, 1 - self.dropout_ratio)

    def backward(self, dout):
        return np.multiply(dout, self.mask)
