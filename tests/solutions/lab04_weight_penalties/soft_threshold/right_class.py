# 可以像函数那样调用的类，float64 里计算
class _Shrink:
    def __call__(self, w, t):
        w64 = w.double()
        return (w64.sign() * (w64.abs() - t).clamp_min(0.0)).to(dtype=w.dtype)


soft_threshold = _Shrink()
