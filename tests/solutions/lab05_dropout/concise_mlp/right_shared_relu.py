# 两处共用一个 ReLU
def concise_mlp(dropout1, dropout2):
    relu = nn.ReLU()
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), relu, nn.Dropout(dropout1), nn.Linear(256, 256), relu, nn.Dropout(dropout2), nn.Linear(256, 10)
    )
