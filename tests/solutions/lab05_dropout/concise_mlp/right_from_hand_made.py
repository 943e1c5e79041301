# 先建 DropoutMLP，再取它的层
def concise_mlp(dropout1, dropout2):
    hand = DropoutMLP()
    return nn.Sequential(
        nn.Flatten(), hand.lin1, nn.ReLU(), nn.Dropout(dropout1), hand.lin2, nn.ReLU(), nn.Dropout(dropout2), hand.lin3
    )
