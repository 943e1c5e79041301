# NumPy 里合并，最后换回张量
def dead_neurons(model, batches):
    dead = []
    for x in batches:
        now = [np.all(np.nan_to_num(h.detach().numpy(), nan=0.0) == 0, axis=0) for h in hidden_activations(model, x)]
        dead = [np.logical_and(a, b) for a, b in zip(dead, now)] if dead else now
    return [torch.from_numpy(flags) for flags in dead]
