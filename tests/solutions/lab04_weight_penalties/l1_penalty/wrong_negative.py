# 符号反了
def l1_penalty(w):
    return -w.abs().sum()
