# 在自己的副本上就地取反
def l1_penalty(w):
    sizes = w.clone()
    sizes[w < 0] *= -1
    return sizes.sum()
