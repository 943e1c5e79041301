# 不合法时只打印一句话
def dropout_layer(X, dropout):
    if dropout < 0 or dropout > 1:
        print("dropout 应在 0 和 1 之间")
        return None
    if dropout == 1:
        return torch.zeros_like(X)
    return (torch.rand_like(X) >= dropout) * X / (1 - dropout)
