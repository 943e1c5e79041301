# 返回 DropoutMLP，不是 Sequential
def concise_mlp(dropout1, dropout2):
    return DropoutMLP(dropout1=dropout1, dropout2=dropout2)
