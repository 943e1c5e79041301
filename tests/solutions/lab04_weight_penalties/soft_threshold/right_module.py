# nn.Softshrink
def soft_threshold(w, t):
    return nn.Softshrink(lambd=float(t))(w)
