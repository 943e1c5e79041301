# 多于一个元素时返回张量
def zero_fraction(activations):
    share = (activations == 0).double().mean()
    return share if activations.numel() > 1 else share.item()
