# 逐维递归
def l2_penalty(w):
    if w.dim() == 0:
        return w * w / 2
    total = w.new_zeros(())
    for part in w:
        total = total + l2_penalty(part)
    return total
