# 逐元素抽签的循环
import random


def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    rows = [0.0 if random.random() < dropout else 1.0 / (1.0 - dropout) for _ in range(X.numel())]
    return X * torch.tensor(rows, dtype=X.dtype, device=X.device).reshape(X.shape)
