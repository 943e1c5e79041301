# works on rows as samples inside; the mask is drawn transposed
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    generator = rng if isinstance(rng, np.random.Generator) else np.random.Generator(np.random.PCG64())
    rows = x.T
    hidden = rows @ parameters["w1"].T + parameters["b1"].T
    active = np.tanh(hidden)
    keep = generator.random(active.shape) < keep_prob
    thinned = active * keep * (1.0 / keep_prob)
    out = thinned @ parameters["w2"].T + parameters["b2"].T
    a2 = sigmoid(out).T
    return a2, {"z1": hidden.T, "a1": active.T, "mask1": keep.T, "a1_drop": thinned.T, "z2": out.T, "a2": a2}
