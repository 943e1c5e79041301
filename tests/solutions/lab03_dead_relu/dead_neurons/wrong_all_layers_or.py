# 各层合成了一个判断
def dead_neurons(model, batches):
    X = torch.cat(list(batches))
    d = [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, X)]
    t = d[0]
    for e in d[1:]:
        t = t | e
    return [t.clone() for _ in d]
