# 数值对，但把小权重改成了 0
def l1_penalty(w):
    value = w.abs().sum()
    w.data[w.data.abs() < 0.5] = 0
    return value
