# √(w² + ε)，w 很小时不准
def l1_penalty(w):
    return torch.sqrt(w**2 + 1e-12).sum()
