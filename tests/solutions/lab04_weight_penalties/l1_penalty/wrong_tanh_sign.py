# 用 tanh 代替符号
def l1_penalty(w):
    return (torch.tanh(1000 * w) * w).sum()
