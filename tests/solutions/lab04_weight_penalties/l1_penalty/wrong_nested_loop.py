# 两重循环，只能处理矩阵
def l1_penalty(w):
    total = w.new_zeros(())
    for row in w:
        for v in row:
            total = total + v.abs()
    return total
