# 符号断开了梯度：数值对，梯度是 0
def l1_penalty(w):
    return w.abs().sum().detach() + 0 * w.sum()
