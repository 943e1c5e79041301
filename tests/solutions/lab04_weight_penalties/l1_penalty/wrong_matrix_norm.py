# 矩阵的 1-范数（最大列和），不是元素之和
def l1_penalty(w):
    return torch.linalg.norm(w, ord=1)
