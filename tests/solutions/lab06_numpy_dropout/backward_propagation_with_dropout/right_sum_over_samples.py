# a list of gradients of single samples, averaged
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    m = x.shape[1]

    def one(j):
        delta = cache["a2"][:, j : j + 1] - y[:, j : j + 1]
        kept = np.asarray(cache["mask1"])[:, j : j + 1] != 0
        hidden = parameters["w2"].T @ delta
        hidden = np.where(kept, hidden / keep_prob, 0.0) * (1 - np.tanh(cache["z1"][:, j : j + 1]) ** 2)
        return hidden @ x[:, j : j + 1].T, hidden, delta @ cache["a1_drop"][:, j : j + 1].T, delta

    dw1, db1, dw2, db2 = (sum(parts) / m for parts in zip(*(one(j) for j in range(m)), strict=True))
    return {"dw1": dw1 + lambd / m * parameters["w1"], "db1": db1, "dw2": dw2 + lambd / m * parameters["w2"], "db2": db2}
