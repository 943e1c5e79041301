# torch autograd through the same mask
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    p = {name: torch.tensor(value, requires_grad=True) for name, value in parameters.items()}
    hidden = torch.tanh(p["w1"] @ torch.tensor(x) + p["b1"]) * torch.tensor(cache["mask1"]) / keep_prob
    cost = F.binary_cross_entropy_with_logits(p["w2"] @ hidden + p["b2"], torch.tensor(y))
    cost = cost + lambd / (2 * x.shape[1]) * ((p["w1"] ** 2).sum() + (p["w2"] ** 2).sum())
    cost.backward()
    return {"d" + name: value.grad.numpy() for name, value in p.items()}
