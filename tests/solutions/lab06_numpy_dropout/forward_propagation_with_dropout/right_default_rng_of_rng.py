# default_rng passes a generator through and seeds a new one from None
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    generator = np.random.default_rng(rng)
    z1 = np.add(np.matmul(parameters["w1"], x), parameters["b1"])
    a1 = np.tanh(z1)
    mask1 = np.less(generator.uniform(0.0, 1.0, size=z1.shape), keep_prob).astype(np.float64)
    a1_drop = np.divide(np.multiply(a1, mask1), keep_prob)
    z2 = np.add(np.matmul(parameters["w2"], a1_drop), parameters["b2"])
    a2 = sigmoid(z2)
    return a2, {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2}
