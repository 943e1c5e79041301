# 一行 lambda
l1_penalty = lambda w: torch.sum(torch.abs(w))
