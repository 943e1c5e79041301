# 嵌套的 Sequential，共用一个块函数
def concise_mlp(dropout1, dropout2):
    def block(n_in, n_out, p):
        return nn.Sequential(nn.Linear(n_in, n_out), nn.ReLU(inplace=True), nn.Dropout(p))
    return nn.Sequential(nn.Flatten(), block(784, 256, dropout1), block(256, 256, dropout2), nn.Linear(256, 10))
