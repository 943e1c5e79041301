# 平滑的 L1，平滑的宽度取 0
def l1_penalty(w):
    return F.smooth_l1_loss(w, torch.zeros_like(w), reduction="sum", beta=0.0)
