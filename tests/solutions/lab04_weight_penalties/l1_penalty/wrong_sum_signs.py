# 求的是符号之和
def l1_penalty(w):
    return torch.sign(w).sum()
