# 在 no_grad 里计算
@torch.no_grad()
def l2_penalty(w):
    return 0.5 * (w**2).sum()
