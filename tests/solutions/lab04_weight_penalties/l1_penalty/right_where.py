# 分情形
def l1_penalty(w):
    return torch.where(w >= 0, w, -w).sum()
