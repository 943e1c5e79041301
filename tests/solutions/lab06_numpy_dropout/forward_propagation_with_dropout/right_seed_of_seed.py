# the generator supplies a seed for another one
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    seed = None if rng is None else rng.integers(0, 2**32, size=4).tolist()
    z1 = parameters["w1"] @ x + parameters["b1"]
    a1 = np.tanh(z1)
    mask1 = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(seed))).rand(*a1.shape) < keep_prob
    a1_drop = np.zeros(a1.shape)
    a1_drop[mask1] = a1[mask1] / keep_prob
    z2 = parameters["w2"] @ a1_drop + parameters["b2"]
    a2 = sigmoid(z2)
    cache = {}
    for name, value in (("z1", z1), ("a1", a1), ("mask1", mask1), ("a1_drop", a1_drop), ("z2", z2), ("a2", a2)):
        cache[name] = value.copy()
    return a2, cache
