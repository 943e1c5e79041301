# 不合法的 p 被夹到 [0, 1]
def dropout_layer(X, dropout):
    dropout = min(max(dropout, 0), 1)
    if dropout == 1:
        return torch.zeros_like(X)
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
