# one generator for the whole module where none is given; more keys in the cache than asked for
_generator = np.random.default_rng(2024)


def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    source = _generator if rng is None else rng
    cache = dict(parameters)
    cache["x"], cache["keep_prob"] = x, keep_prob
    cache["z1"] = parameters["w1"].dot(x) + parameters["b1"]
    cache["a1"] = np.tanh(cache["z1"])
    cache["mask1"] = source.random(cache["a1"].shape) < keep_prob
    cache["a1_drop"] = np.where(cache["mask1"], cache["a1"], 0) / keep_prob
    cache["z2"] = parameters["w2"].dot(cache["a1_drop"]) + parameters["b2"]
    cache["a2"] = sigmoid(cache["z2"])
    return cache["a2"], cache
