# 就地取绝对值
def l1_penalty(w):
    return w.data.abs_().sum()
