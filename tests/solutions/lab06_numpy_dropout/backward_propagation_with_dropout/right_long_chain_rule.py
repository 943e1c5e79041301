# divides by a2(1-a2) and multiplies again, 1/m at the end, tanh slope as 1/cosh squared
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    a2, m = cache["a2"], y.shape[1]
    da2 = -(y / a2) + (1 - y) / (1 - a2)
    dz2 = da2 * a2 * (1 - a2)
    dw2 = (1 / m) * np.dot(dz2, cache["a1_drop"].T) + (lambd / m) * parameters["w2"]
    db2 = (1 / m) * np.sum(dz2, axis=1, keepdims=True)
    da1 = np.dot(parameters["w2"].T, dz2)
    da1 = np.multiply(da1, cache["mask1"])
    da1 = da1 / keep_prob
    dz1 = da1 / np.cosh(cache["z1"]) ** 2
    dw1 = (1 / m) * np.dot(dz1, x.T) + (lambd / m) * parameters["w1"]
    db1 = (1 / m) * np.sum(dz1, axis=1).reshape(-1, 1)
    return {"dw1": dw1, "db1": db1, "dw2": dw2, "db2": db2}
