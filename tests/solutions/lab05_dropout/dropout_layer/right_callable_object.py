# 可调用的对象
class _Layer:
    def __call__(self, X, dropout):
        if not 0.0 <= dropout <= 1.0:
            raise ValueError(f"dropout = {dropout}")
        keep = 1.0 - dropout
        if keep == 0.0:
            return torch.zeros_like(X)
        noise = torch.rand(X.size(), dtype=X.dtype, device=X.device)
        return torch.where(noise < keep, X / keep, torch.zeros_like(X))


dropout_layer = _Layer()
