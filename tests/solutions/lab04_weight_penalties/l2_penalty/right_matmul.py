# 行向量乘列向量
def l2_penalty(w):
    row = w.reshape(1, -1)
    return 0.5 * (row @ row.T).squeeze()
