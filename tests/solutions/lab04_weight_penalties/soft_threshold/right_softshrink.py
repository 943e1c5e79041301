# torch 自带的函数
def soft_threshold(w, t):
    return F.softshrink(w, t)
