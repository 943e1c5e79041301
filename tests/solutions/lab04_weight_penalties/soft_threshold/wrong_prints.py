# 只打印，不返回
def soft_threshold(w, t):
    print(torch.sign(w) * torch.relu(w.abs() - t))
