# 全连接层没有偏置
def concise_mlp(dropout1, dropout2):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256, bias=False),
        nn.ReLU(),
        nn.Dropout(dropout1),
        nn.Linear(256, 256, bias=False),
        nn.ReLU(),
        nn.Dropout(dropout2),
        nn.Linear(256, 10, bias=False),
    )
