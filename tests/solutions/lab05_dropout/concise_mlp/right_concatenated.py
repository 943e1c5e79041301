# 两个 Sequential 相加
def concise_mlp(dropout1, dropout2):
    body = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Dropout(dropout1))
    head = nn.Sequential(nn.Linear(256, 256), nn.ReLU(), nn.Dropout(dropout2), nn.Linear(256, 10))
    return body + head
