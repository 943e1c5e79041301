# torch for the arithmetic, without autograd
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    as_tensor = lambda value: torch.as_tensor(np.array(value, dtype=np.float64))  # noqa: E731
    w1, w2 = as_tensor(parameters["w1"]), as_tensor(parameters["w2"])
    a1, a1_drop, mask = (as_tensor(cache[name]) for name in ("a1", "a1_drop", "mask1"))
    m = x.shape[1]
    dz2 = (as_tensor(cache["a2"]) - as_tensor(y)) / m
    dz1 = torch.mm(w2.t(), dz2).mul(mask).div(keep_prob).mul(1 - a1.pow(2))
    grads = {
        "dw1": torch.mm(dz1, as_tensor(x).t()) + lambd / m * w1,
        "db1": dz1.sum(dim=1, keepdim=True),
        "dw2": torch.mm(dz2, a1_drop.t()) + lambd / m * w2,
        "db2": dz2.sum(dim=1, keepdim=True),
    }
    return {name: value.numpy() for name, value in grads.items()}
