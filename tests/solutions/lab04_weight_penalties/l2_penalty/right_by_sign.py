# 正的和负的分开算
def l2_penalty(w):
    positive, negative = torch.relu(w), torch.relu(-w)
    return (positive.pow(2) + negative.pow(2)).sum() / 2
