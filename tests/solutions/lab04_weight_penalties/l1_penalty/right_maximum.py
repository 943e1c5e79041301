# 两者取大
def l1_penalty(w):
    return torch.maximum(w, -w).sum()
