# torch.autograd.grad from dz2 backwards, more keys than asked for
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    m = x.shape[1]
    dz2 = (cache["a2"] - y) / m
    w1 = torch.tensor(parameters["w1"], requires_grad=True)
    b1 = torch.tensor(parameters["b1"], requires_grad=True)
    w2 = torch.tensor(parameters["w2"], requires_grad=True)
    b2 = torch.tensor(parameters["b2"], requires_grad=True)
    scale = torch.tensor(np.asarray(cache["mask1"], dtype=float) / keep_prob)
    z2 = w2 @ (torch.tanh(w1 @ torch.tensor(x) + b1) * scale) + b2
    dw1, db1, dw2, db2 = (g.numpy() for g in torch.autograd.grad(z2, (w1, b1, w2, b2), torch.tensor(dz2)))
    if lambd:
        dw1 = dw1 + lambd / m * parameters["w1"]
        dw2 = dw2 + lambd / m * parameters["w2"]
    return {"dz2": dz2, "dw1": dw1, "db1": db1, "dw2": dw2, "db2": db2}
