# 拉平后的 2-范数，再平方
def l2_penalty(w):
    norm = torch.norm(w.flatten(), p=2)
    return norm.square() / 2
