# 正部减负部
def soft_threshold(w, t):
    return F.relu(w - t) - F.relu(-w - t)
