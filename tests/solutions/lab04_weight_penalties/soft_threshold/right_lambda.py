# 一行 lambda
soft_threshold = lambda w, t: torch.copysign((w.abs() - t).clamp(min=0), w)
