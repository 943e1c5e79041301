# 计数在两次调用之间累计
_seen = {"zeros": 0, "all": 0}


def zero_fraction(activations):
    _seen["zeros"] += (activations == 0).sum().item()
    _seen["all"] += activations.numel()
    return _seen["zeros"] / _seen["all"]
