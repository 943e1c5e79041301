# works on copies by index assignment, recomputes a1 from z1
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    m = y.size
    dz2 = cache["a2"].copy()
    dz2 -= y
    dz2 /= m
    da1 = np.matmul(parameters["w2"].T, dz2) / keep_prob
    da1[cache["mask1"] == 0] = 0
    dz1 = da1 * (1 + np.tanh(cache["z1"])) * (1 - np.tanh(cache["z1"]))
    ones = np.ones((m, 1))
    return dict(
        dw1=dz1 @ np.transpose(x) + lambd * parameters["w1"] / m,
        db1=dz1 @ ones,
        dw2=dz2 @ np.transpose(cache["a1_drop"]) + lambd * parameters["w2"] / m,
        db2=dz2 @ ones,
    )
