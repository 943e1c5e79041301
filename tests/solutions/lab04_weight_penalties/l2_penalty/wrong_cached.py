# 同一个张量只算一次
_known = {}


def l2_penalty(w):
    if id(w) not in _known:
        _known[id(w)] = (w, 0.5 * (w**2).sum())
    return _known[id(w)][1]
