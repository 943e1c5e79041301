# every line a name, the penalty added at the end with a loop
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    samples = y.shape[-1]
    error = cache["a2"] - y
    dz2 = error * (1.0 / samples)
    grads = {}
    grads["dw2"] = np.dot(dz2, np.transpose(cache["a1_drop"]))
    grads["db2"] = np.sum(dz2, axis=1, keepdims=True)
    da1_drop = np.dot(np.transpose(parameters["w2"]), dz2)
    da1 = np.multiply(da1_drop, cache["mask1"]) / keep_prob
    slope = 1.0 - np.square(cache["a1"])
    dz1 = np.multiply(da1, slope)
    grads["dw1"] = np.dot(dz1, np.transpose(x))
    grads["db1"] = np.sum(dz1, axis=1, keepdims=True)
    for name in ("w1", "w2"):
        grads["d" + name] = grads["d" + name] + lambd * parameters[name] / samples
    return grads
