# √(w² + 1e−16)
def l1_penalty(w):
    return (w.pow(2) + 1e-16).sqrt().sum()
