# NumPy 加集合：记下活过的单元的编号
def dead_neurons(model, batches):
    alive = [set() for _ in range(len(model.layers) + 1)]
    for x in batches:
        for units, h in zip(alive, hidden_activations(model, x)):
            values = h.numpy()
            units.update(np.nonzero(((values != 0) & ~np.isnan(values)).any(axis=0))[0].tolist())
    return [torch.tensor([j not in units for j in range(100)]) for units in alive]
