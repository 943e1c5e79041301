# 在三个候选中取目标最小的
def soft_threshold(w, t):
    up, down = torch.relu(w - t), -torch.relu(-w - t)
    candidates = torch.stack([torch.zeros_like(w), up, down])
    cost = 0.5 * (candidates - w) ** 2 + t * candidates.abs()
    best = cost.argmin(dim=0, keepdim=True)
    return candidates.gather(0, best).squeeze(0)
