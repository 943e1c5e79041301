# 固定打开求导，写得很啰嗦
def l2_penalty(w):
    half = 0.5
    with torch.enable_grad():
        squared = torch.mul(w, w)
        summed = torch.sum(squared)
        result = torch.mul(summed, half)
    return result
