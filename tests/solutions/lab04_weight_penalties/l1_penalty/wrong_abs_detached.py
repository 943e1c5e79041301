# 绝对值断开，只剩符号上的梯度 0
def l1_penalty(w):
    return (w.data.abs() * torch.sign(w).abs()).sum()
