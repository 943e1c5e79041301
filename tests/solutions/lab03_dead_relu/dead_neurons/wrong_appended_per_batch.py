# 每批的判断接在一起，列表随批数变长
def dead_neurons(model, batches):
    out = []
    for x in batches:
        out += [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, x)]
    return out
