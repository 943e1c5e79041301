# einsum
def l2_penalty(w):
    return 0.5 * torch.einsum("i,i->", w.ravel(), w.ravel())
