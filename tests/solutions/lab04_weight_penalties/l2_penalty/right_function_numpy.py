# 前向和反向都用 NumPy
class _HalfSquareNumpy(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w):
        values = w.detach().cpu().numpy()
        ctx.values = values
        return torch.tensor(np.square(values).sum() / 2, dtype=w.dtype)

    @staticmethod
    def backward(ctx, grad):
        return grad * torch.from_numpy(np.array(ctx.values))


def l2_penalty(w):
    return _HalfSquareNumpy.apply(w)
