# 张量内积
def l2_penalty(w):
    axes = list(range(w.dim()))
    return torch.tensordot(w, w, dims=(axes, axes)) * 0.5
