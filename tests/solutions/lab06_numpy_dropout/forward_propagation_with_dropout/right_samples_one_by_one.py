# one sample at a time: columns are computed and stacked
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    if rng is None:
        rng = np.random.default_rng()
    names = ["z1", "a1", "mask1", "a1_drop", "z2", "a2"]
    columns = {name: [] for name in names}
    for sample in x.T:
        z1 = parameters["w1"] @ sample[:, None] + parameters["b1"]
        a1 = np.tanh(z1)
        mask1 = rng.random(z1.shape) < keep_prob
        a1_drop = mask1 * a1 / keep_prob
        z2 = parameters["w2"] @ a1_drop + parameters["b2"]
        for name, value in zip(names, (z1, a1, mask1, a1_drop, z2, sigmoid(z2)), strict=True):
            columns[name].append(value)
    cache = {name: np.concatenate(values, axis=1) for name, values in columns.items()}
    return cache["a2"], cache
