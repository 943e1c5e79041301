# nn.Dropout() 用了默认的 0.5
def concise_mlp(dropout1, dropout2):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.Dropout(),
        nn.Linear(256, 256),
        nn.ReLU(),
        nn.Dropout(),
        nn.Linear(256, 10),
    )
