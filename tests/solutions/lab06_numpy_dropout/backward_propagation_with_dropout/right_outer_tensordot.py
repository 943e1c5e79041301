# tensordot and outer products, slope as (1 - a1)(1 + a1)
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    m = float(x.shape[1])
    dz2 = ((cache["a2"] - y) / m)[0]
    a1 = cache["a1"]
    dz1 = np.outer(parameters["w2"][0], dz2) * cache["mask1"] * (1 - a1) * (1 + a1) / keep_prob
    decay = lambd / m
    return dict(
        dw1=np.tensordot(dz1, x, axes=(1, 1)) + decay * parameters["w1"],
        db1=np.expand_dims(dz1.sum(-1), -1),
        dw2=np.tensordot(dz2[None], cache["a1_drop"], axes=(1, 1)) + decay * parameters["w2"],
        db2=np.array([[dz2.sum()]]),
    )
