# 四舍五入到两位小数
def l1_penalty(w):
    return (w.abs().sum() * 100).round() / 100
