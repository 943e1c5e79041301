# 把 λ 也写了进来
def l2_penalty(w, penalty_lambda=0.01):
    return penalty_lambda * 0.5 * (w**2).sum()
