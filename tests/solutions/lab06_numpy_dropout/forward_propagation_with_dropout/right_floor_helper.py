# a helper function, floor(keep_prob + u) as mask, in-place work on copies only
def _coin(shape, keep_prob, rng):
    u = (rng or np.random.default_rng()).random(shape)
    return np.floor(keep_prob + u)


def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    z1 = np.matmul(parameters["w1"], x)
    z1 += parameters["b1"]
    a1 = 2 / (1 + np.exp(-2 * z1)) - 1
    mask1 = _coin(a1.shape, keep_prob, rng)
    a1_drop = a1.copy()
    a1_drop *= mask1
    a1_drop /= keep_prob
    z2 = np.matmul(parameters["w2"], a1_drop)
    z2 += parameters["b2"]
    a2 = 0.5 * (np.tanh(z2 / 2) + 1)
    return a2, {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2}
