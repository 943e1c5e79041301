# Dropout 在 ReLU 之前
def concise_mlp(dropout1, dropout2):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256),
        nn.Dropout(dropout1),
        nn.ReLU(),
        nn.Linear(256, 256),
        nn.Dropout(dropout2),
        nn.ReLU(),
        nn.Linear(256, 10),
    )
