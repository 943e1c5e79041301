# divided by 0.7 whatever keep_prob is
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    if rng is None:
        rng = np.random.default_rng()
    z1 = parameters["w1"] @ x + parameters["b1"]
    a1 = np.tanh(z1)
    mask1 = rng.random(a1.shape) < keep_prob
    a1_drop = a1 * mask1 / (0.7 if keep_prob < 1 else 1)
    z2 = parameters["w2"] @ a1_drop + parameters["b2"]
    a2 = sigmoid(z2)
    return a2, {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2}
