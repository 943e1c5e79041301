# a little class for a layer, a lambda for the coin; 1 - keep_prob as threshold
class _Linear:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, inputs):
        return (self.w[:, :, None] * inputs[None]).sum(axis=1) + self.b


def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    coin = lambda shape: (np.random if rng is None else rng).uniform(size=shape) >= 1 - keep_prob  # noqa: E731
    first = _Linear(parameters["w1"], parameters["b1"])
    second = _Linear(parameters["w2"], parameters["b2"])
    z1 = first(x)
    a1 = 2 * sigmoid(2 * z1) - 1
    mask1 = coin(z1.shape)
    a1_drop = a1 * (mask1 / keep_prob)
    z2 = second(a1_drop)
    a2 = sigmoid(z2)
    return a2, {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2}
