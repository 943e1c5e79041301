# float64 的输入先变成 float32
def l1_penalty(w):
    return w.float().abs().sum().to(w.dtype)
