# 逐元素的循环，float64 里累加，再转回来
def l2_penalty(w):
    total = torch.zeros((), dtype=torch.float64)
    for value in w.flatten():
        total = total + value.double() * value.double()
    return (total / 2).to(w.dtype)
