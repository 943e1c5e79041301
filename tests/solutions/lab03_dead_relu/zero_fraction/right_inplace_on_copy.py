# 在自己的拷贝上原地改
def zero_fraction(activations):
    copy = activations.detach().clone().double()
    nonzero = copy != 0
    copy.fill_(1.0)
    copy[nonzero] = 0.0
    return copy.mean().item()
