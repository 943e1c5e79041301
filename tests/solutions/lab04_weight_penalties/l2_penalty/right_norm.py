# 先求范数再平方（torch 的范数在 0 处有有限的次梯度）
def l2_penalty(w):
    return torch.linalg.vector_norm(w) ** 2 / 2
