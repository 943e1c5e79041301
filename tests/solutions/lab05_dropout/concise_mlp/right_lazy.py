# LazyLinear
def concise_mlp(dropout1, dropout2):
    return nn.Sequential(
        nn.Flatten(),
        nn.LazyLinear(256),
        nn.ReLU(),
        nn.Dropout(dropout1),
        nn.LazyLinear(256),
        nn.ReLU(),
        nn.Dropout(dropout2),
        nn.LazyLinear(10),
    )
