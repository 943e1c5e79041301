# explicit loops over samples and units
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    w1, w2 = parameters["w1"], parameters["w2"]
    n_h, n_in = w1.shape
    m = x.shape[1]
    dw1, db1 = np.zeros((n_h, n_in)), np.zeros((n_h, 1))
    dw2, db2 = np.zeros((1, n_h)), np.zeros((1, 1))
    for j in range(m):
        delta = (cache["a2"][0, j] - y[0, j]) / m
        db2[0, 0] += delta
        for i in range(n_h):
            dw2[0, i] += delta * cache["a1_drop"][i, j]
            if cache["mask1"][i, j]:
                inner = delta * w2[0, i] / keep_prob * (1 - cache["a1"][i, j] ** 2)
                db1[i, 0] += inner
                dw1[i] += inner * x[:, j]
    dw1 += lambd * w1 / m
    dw2 += lambd * w2 / m
    return {"dw1": dw1, "db1": db1, "dw2": dw2, "db2": db2}
