# 同一个张量只算一次
_seen = {}


def l1_penalty(w):
    if id(w) not in _seen:
        _seen[id(w)] = (w, w.abs().sum())
    return _seen[id(w)][1]
