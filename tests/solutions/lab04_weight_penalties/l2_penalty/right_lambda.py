# 一行 lambda
l2_penalty = lambda w: torch.sum(torch.square(w)) / 2
