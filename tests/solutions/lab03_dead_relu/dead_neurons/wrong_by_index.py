# 用下标取批，生成器取不了
def dead_neurons(model, batches):
    dead = [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, batches[0])]
    for k in range(1, len(batches)):
        now = [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, batches[k])]
        dead = [a & b for a, b in zip(dead, now)]
    return dead
