# 就地相减
def soft_threshold(w, t):
    w.sub_(w.clamp(-t, t))
    return w
