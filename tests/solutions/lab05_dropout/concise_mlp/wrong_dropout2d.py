# 用 nn.Dropout2d 代替
def concise_mlp(dropout1, dropout2):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.Dropout2d(dropout1),
        nn.Linear(256, 256),
        nn.ReLU(),
        nn.Dropout2d(dropout2),
        nn.Linear(256, 10),
    )
