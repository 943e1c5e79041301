# 只能处理一维
def l2_penalty(w):
    return 0.5 * torch.dot(w, w)
