# 写成了 2-范数
def l1_penalty(w):
    return torch.norm(w)
