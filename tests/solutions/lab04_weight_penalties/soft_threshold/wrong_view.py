# 对不连续的张量出错
def soft_threshold(w, t):
    flat = w.view(-1)
    return (torch.sign(flat) * torch.relu(flat.abs() - t)).view(w.shape)
