# w²/|w|：0 处是 0/0
def l1_penalty(w):
    return (w**2 / w.abs()).sum()
