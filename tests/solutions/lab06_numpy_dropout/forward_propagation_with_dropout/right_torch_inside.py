# torch for the arithmetic, the generator only supplies a torch seed; NumPy arrays come out
def forward_propagation_with_dropout(x, parameters, keep_prob=0.7, rng=None):
    generator = torch.Generator()
    if rng is None:
        generator.seed()
    else:
        generator.manual_seed(int(rng.integers(2**62)))
    p = {name: torch.tensor(value) for name, value in parameters.items()}
    z1 = torch.addmm(p["b1"], p["w1"], torch.tensor(x))
    a1 = torch.tanh(z1)
    mask1 = torch.bernoulli(torch.full_like(a1, keep_prob), generator=generator)
    a1_drop = a1 * mask1 / keep_prob
    z2 = torch.addmm(p["b2"], p["w2"], a1_drop)
    a2 = torch.sigmoid(z2)
    named = {"z1": z1, "a1": a1, "mask1": mask1, "a1_drop": a1_drop, "z2": z2, "a2": a2}
    cache = {name: value.numpy() for name, value in named.items()}
    return cache["a2"], cache
