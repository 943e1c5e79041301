# recomputes the forward pass from the parameters and the mask, uses nothing else of the cache
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    w1, b1, w2, b2 = (parameters[name] for name in ("w1", "b1", "w2", "b2"))
    m = x.shape[1]
    scale = np.array(cache["mask1"], dtype=float) / keep_prob
    a1 = np.tanh(w1 @ x + b1)
    a2 = sigmoid(w2 @ (a1 * scale) + b2)
    dz2 = (a2 - y) / m
    dz1 = (w2.T * dz2) * scale * (1 - a1 * a1)
    ones = np.ones((m, 1))
    return {
        "dw1": dz1 @ x.T + lambd / m * w1,
        "db1": dz1 @ ones,
        "dw2": dz2 @ (a1 * scale).T + lambd / m * w2,
        "db2": dz2 @ ones,
    }
