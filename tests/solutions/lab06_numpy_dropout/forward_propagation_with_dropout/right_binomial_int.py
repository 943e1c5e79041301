# integer mask drawn by rng.binomial, the textbook sigmoid, dict unpacking
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    w1, b1, w2, b2 = (parameters[name] for name in ("w1", "b1", "w2", "b2"))
    generator = rng if rng is not None else np.random.default_rng()
    cache = {}
    cache["z1"] = np.dot(w1, x) + b1
    cache["a1"] = np.tanh(cache["z1"])
    cache["mask1"] = generator.binomial(1, keep_prob, size=cache["a1"].shape)
    cache["a1_drop"] = cache["a1"] / keep_prob * cache["mask1"]
    cache["z2"] = np.dot(w2, cache["a1_drop"]) + b2
    cache["a2"] = 1 / (1 + np.exp(-cache["z2"]))
    cache["x"] = x
    cache["rng"] = generator
    return cache["a2"], cache
