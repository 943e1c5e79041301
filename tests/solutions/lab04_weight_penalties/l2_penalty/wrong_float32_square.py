# float64 的输入先变成 float32
def l2_penalty(w):
    return (0.5 * (w.float() ** 2).sum()).to(w.dtype)
