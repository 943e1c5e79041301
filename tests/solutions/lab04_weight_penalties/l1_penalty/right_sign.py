# 符号乘自己
def l1_penalty(w):
    return (w * torch.sign(w)).sum()
