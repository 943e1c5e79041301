# 截断出正部和负部
def l1_penalty(w):
    return w.clamp(min=0).sum() - w.clamp(max=0).sum()
