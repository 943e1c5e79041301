# 反向忘了乘上游的梯度
class _HalfSquareNoUpstream(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w):
        ctx.save_for_backward(w)
        return 0.5 * (w * w).sum()

    @staticmethod
    def backward(ctx, grad):
        (w,) = ctx.saved_tensors
        return w.clone()


def l2_penalty(w):
    return _HalfSquareNoUpstream.apply(w)
