# 只罚正的
def l1_penalty(w):
    return torch.relu(w).sum()
