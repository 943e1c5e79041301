# torch.where 换成 1 和 0，再求和
def zero_fraction(activations):
    one, none = torch.ones_like(activations), torch.zeros_like(activations)
    marks = torch.where(activations.eq(0), one, none)
    return float(marks.double().sum()) / math.prod(activations.shape)
