# 正部加负部
def l1_penalty(w):
    return (torch.relu(w) + torch.relu(-w)).sum()
