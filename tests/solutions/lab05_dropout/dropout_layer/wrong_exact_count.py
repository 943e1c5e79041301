# 每次恰好丢 p·n 个，而不是各自独立
def dropout_layer(X, dropout):
    assert 0 <= dropout <= 1
    if dropout == 0:
        return X
    if dropout == 1:
        return torch.zeros_like(X)
    flat = torch.ones(X.numel(), dtype=X.dtype, device=X.device)
    flat[torch.randperm(X.numel())[: round(dropout * X.numel())]] = 0
    return flat.reshape(X.shape) * X / (1 - dropout)
