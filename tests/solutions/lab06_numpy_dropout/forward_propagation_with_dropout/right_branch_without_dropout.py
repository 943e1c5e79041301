# no coin at all where nothing is dropped; dropped positions are set to 0 by index
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    if rng is None:
        rng = np.random.default_rng()
    w1, b1 = parameters["w1"].copy(), parameters["b1"].copy()
    w2, b2 = parameters["w2"].copy(), parameters["b2"].copy()
    z1 = w1 @ x + b1
    a1 = np.tanh(z1)
    a1_drop = a1.copy()
    if keep_prob >= 1:
        mask1 = np.ones(a1.shape, dtype=int)
    else:
        dropped = rng.random(a1.shape) >= keep_prob
        a1_drop[dropped] = 0.0
        a1_drop /= keep_prob
        mask1 = 1 - dropped.astype(int)
    z2 = w2 @ a1_drop + b2
    a2 = sigmoid(z2)
    return a2, {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2}
