# 返回带百分号的字符串
def zero_fraction(activations):
    return f"{(activations == 0).float().mean().item():.0%}"
