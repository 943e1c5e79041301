# 以机器精度为容差
def zero_fraction(activations):
    return (activations.abs() <= torch.finfo(activations.dtype).eps).double().mean().item()
