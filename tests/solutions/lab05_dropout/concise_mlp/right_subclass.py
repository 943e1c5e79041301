# Sequential 的子类
class _Net(nn.Sequential):
    def __init__(self, p1, p2):
        super().__init__(
            nn.Flatten(1, -1), nn.Linear(784, 256), nn.ReLU(), nn.Dropout(p1), nn.Linear(256, 256), nn.ReLU(), nn.Dropout(p2), nn.Linear(256, 10)
        )


def concise_mlp(dropout1, dropout2):
    return _Net(dropout1, dropout2)
