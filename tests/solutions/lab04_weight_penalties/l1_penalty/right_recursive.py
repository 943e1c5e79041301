# 逐维递归
def l1_penalty(w):
    if w.dim() == 0:
        return w if w >= 0 else -w
    return sum((l1_penalty(part) for part in w), w.new_zeros(()))
