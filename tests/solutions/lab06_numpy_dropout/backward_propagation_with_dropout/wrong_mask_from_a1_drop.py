# the mask read off a1_drop: a kept unit whose activation is exactly 0 gets no gradient
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    m = x.shape[1]
    dz2 = (cache["a2"] - y) / m
    dw2 = dz2 @ cache["a1_drop"].T + lambd / m * parameters["w2"]
    db2 = dz2.sum(axis=1, keepdims=True)
    da1_drop = parameters["w2"].T @ dz2
    da1 = da1_drop * (cache["a1_drop"] != 0) / keep_prob
    dz1 = da1 * (1 - cache["a1"] ** 2)
    dw1 = dz1 @ x.T + lambd / m * parameters["w1"]
    db1 = dz1.sum(axis=1, keepdims=True)
    return {"dw1": dw1, "db1": db1, "dw2": dw2, "db2": db2}
