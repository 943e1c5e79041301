# t = 0、w = 0 时 0/0
def soft_threshold(w, t):
    return w * torch.relu(1 - t / w.abs())
