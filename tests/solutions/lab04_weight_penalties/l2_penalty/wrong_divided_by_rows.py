# 除以行数
def l2_penalty(w):
    rows = w.shape[0] if w.dim() else 1
    return 0.5 * (w**2).sum() / max(rows, 1)
