# 把丢弃率当成保留率
def concise_mlp(dropout1, dropout2):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.Dropout(1 - dropout1),
        nn.Linear(256, 256),
        nn.ReLU(),
        nn.Dropout(1 - dropout2),
        nn.Linear(256, 10),
    )
