# 用 nn.AlphaDropout
def concise_mlp(dropout1, dropout2):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.AlphaDropout(dropout1),
        nn.Linear(256, 256),
        nn.ReLU(),
        nn.AlphaDropout(dropout2),
        nn.Linear(256, 10),
    )
