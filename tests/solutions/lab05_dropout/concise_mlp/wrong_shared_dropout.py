# 两处共用一个 nn.Dropout
def concise_mlp(dropout1, dropout2):
    drop = nn.Dropout(dropout1)
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), drop, nn.Linear(256, 256), nn.ReLU(), drop, nn.Linear(256, 10)
    )
