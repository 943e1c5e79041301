# 循环累加
def l1_penalty(w):
    total = w.new_zeros(())
    for value in w.reshape(-1):
        total = total + abs(value)
    return total
