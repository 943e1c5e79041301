# 平滑的 L1：小权重成了平方
def l1_penalty(w):
    return F.smooth_l1_loss(w, torch.zeros_like(w), reduction="sum")
