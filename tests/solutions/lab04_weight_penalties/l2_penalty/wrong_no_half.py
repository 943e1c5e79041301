# 漏了 ½
def l2_penalty(w):
    return (w**2).sum()
