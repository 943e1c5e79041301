# one mask in a global variable for all layers
class Dropout:
    def __init__(self, dropout_ratio=0.5):
        self.dropout_ratio = dropout_ratio
        globals()["_mask"] = None

    def forward(self, x, train_flg=True):
        if train_flg:
            globals()["_mask"] = np.random.random(x.shape) >= self.dropout_ratio
            return x * globals()["_mask"]
        return x * (1.0 - self.dropout_ratio)

    def backward(self, dout):
        return dout * globals()["_mask"]
