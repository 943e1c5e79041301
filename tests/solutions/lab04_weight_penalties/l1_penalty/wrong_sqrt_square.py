# √(w²)：0 处梯度是 NaN
def l1_penalty(w):
    return torch.sqrt(w**2).sum()
