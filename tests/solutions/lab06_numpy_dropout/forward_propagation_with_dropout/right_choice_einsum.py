# rng.choice with probabilities, einsum, sigmoid as exp of logaddexp; the old global generator without rng
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    def draw(shape):
        source = np.random if rng is None else rng
        return source.choice([0.0, 1.0], size=shape, p=[1 - keep_prob, keep_prob])

    z1 = np.einsum("ik,kj->ij", parameters["w1"], x) + parameters["b1"]
    a1 = np.sinh(z1) / np.cosh(z1)
    mask1 = draw(a1.shape)
    a1_drop = np.zeros_like(a1)
    np.divide(a1, keep_prob, out=a1_drop, where=mask1.astype(bool))
    z2 = np.einsum("oi,ij->oj", parameters["w2"], a1_drop) + parameters["b2"]
    a2 = np.exp(-np.logaddexp(0.0, -z2))
    return (a2, {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2})
