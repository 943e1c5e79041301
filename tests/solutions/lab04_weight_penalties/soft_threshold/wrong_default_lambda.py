# softshrink 没有传 t
def soft_threshold(w, t):
    return F.softshrink(w)
