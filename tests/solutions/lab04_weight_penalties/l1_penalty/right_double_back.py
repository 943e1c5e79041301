# float64 里计算，再转回来
def l1_penalty(w):
    total = torch.zeros((), dtype=torch.float64)
    for v in w.reshape(-1).unbind():
        total = total + v.double().abs()
    return total.to(w.dtype)
