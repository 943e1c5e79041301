# 就地平方：改动了参数
def l2_penalty(w):
    return 0.5 * w.data.pow_(2).sum()
