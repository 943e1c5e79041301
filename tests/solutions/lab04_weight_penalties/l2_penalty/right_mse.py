# 借用均方误差
def l2_penalty(w):
    return 0.5 * F.mse_loss(w, torch.zeros_like(w), reduction='sum')
