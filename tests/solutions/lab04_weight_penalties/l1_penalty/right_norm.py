# 1-范数
def l1_penalty(w):
    return torch.linalg.vector_norm(w, ord=1)
