# Huber 损失的二次部分：阈值取得比任何元素都大
def l2_penalty(w):
    return F.huber_loss(w, torch.zeros_like(w), reduction="sum", delta=1e30)
