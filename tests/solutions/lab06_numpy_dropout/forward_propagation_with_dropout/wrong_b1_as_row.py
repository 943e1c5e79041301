# b1 added along the wrong axis, by a transpose
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    if rng is None:
        rng = np.random.default_rng()
    z1 = parameters["w1"] @ x + np.resize(parameters["b1"], (1, x.shape[1]))
    a1 = np.tanh(z1)
    mask1 = rng.random(a1.shape) < keep_prob
    a1_drop = a1 * mask1 / keep_prob
    z2 = parameters["w2"] @ a1_drop + parameters["b2"]
    a2 = sigmoid(z2)
    return a2, {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2}
