# 恒等式 w − ½(|w+t| − |w−t|)：舍入之后不是恰好的 0
def soft_threshold(w, t):
    return w - 0.5 * ((w + t).abs() - (w - t).abs())
