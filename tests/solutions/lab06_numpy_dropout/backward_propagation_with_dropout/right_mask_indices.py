# gradients only at the kept positions, found by np.nonzero; in-place work on its own arrays
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    m = x.shape[1]
    dz2 = cache["a2"].copy()
    dz2 -= y
    dz2 /= m
    rows, columns = np.nonzero(cache["mask1"])
    dz1 = np.zeros_like(cache["a1"])
    dz1[rows, columns] = parameters["w2"][0, rows] * dz2[0, columns] / keep_prob
    dz1[rows, columns] *= 1 - cache["a1"][rows, columns] ** 2
    dw1 = lambd / m * parameters["w1"]
    dw2 = lambd / m * parameters["w2"]
    dw1 += dz1 @ x.T
    dw2 += dz2 @ cache["a1_drop"].T
    return {"dw1": dw1, "db1": dz1.sum(1, keepdims=True), "dw2": dw2, "db2": dz2.sum(1, keepdims=True)}
