# 2·relu(w) − w：0 处的次梯度是 −1
def l1_penalty(w):
    return (2 * torch.relu(w) - w).sum()
