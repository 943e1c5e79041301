# 返回范数而不是平方和
def l2_penalty(w):
    return torch.norm(w)
