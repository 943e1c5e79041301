# plain loops over samples and units, one coin at a time with math functions
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    if rng is None:
        rng = np.random.default_rng()
    w1, b1, w2, b2 = parameters["w1"], parameters["b1"], parameters["w2"], parameters["b2"]
    n_h, n_in = w1.shape
    m = x.shape[1]
    z1, mask1 = np.zeros((n_h, m)), np.zeros((n_h, m))
    z2, a2 = np.zeros((1, m)), np.zeros((1, m))
    for j in range(m):
        for i in range(n_h):
            z1[i, j] = b1[i, 0]
            for k in range(n_in):
                z1[i, j] += w1[i, k] * x[k, j]
            mask1[i, j] = 1.0 if rng.uniform() < keep_prob else 0.0
    a1 = np.array([[math.tanh(value) for value in row] for row in z1])
    a1_drop = np.where(mask1 == 1, a1 / keep_prob, 0.0)
    for j in range(m):
        z2[0, j] = sum(w2[0, i] * a1_drop[i, j] for i in range(n_h)) + b2[0, 0]
        a2[0, j] = 1 / (1 + math.exp(-z2[0, j]))
    return a2, dict(z1=z1, a1=a1, mask1=mask1, a1_drop=a1_drop, z2=z2, a2=a2)
