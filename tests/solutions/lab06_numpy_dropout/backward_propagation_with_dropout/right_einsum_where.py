# einsum and np.where, returns extra gradients too
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    m = x.shape[-1]
    decay = lambd / m
    dz2 = np.true_divide(cache["a2"] - y, m)
    da1_drop = np.einsum("oi,oj->ij", parameters["w2"], dz2)
    da1 = np.where(cache["mask1"], da1_drop / keep_prob, 0.0)
    dz1 = da1 - da1 * np.square(cache["a1"])
    grads = {"dz2": dz2, "da1": da1, "dz1": dz1}
    for name, delta, left in (("2", dz2, cache["a1_drop"]), ("1", dz1, x)):
        grads["dw" + name] = np.einsum("ij,kj->ik", delta, left) + decay * parameters["w" + name]
        grads["db" + name] = np.einsum("ij->i", delta)[:, None]
    return grads
