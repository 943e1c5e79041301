# itertools.tee：每一层各走一遍自己的那一份
import itertools


def dead_neurons(model, batches):
    streams = itertools.tee(batches, len(model.layers) + 1)
    out = []
    for k, s in enumerate(streams):
        alive = torch.zeros(100, dtype=torch.bool)
        for x in s:
            h = hidden_activations(model, x)[k]
            alive |= torch.any(torch.where(torch.isnan(h), torch.zeros_like(h), h) != 0, dim=0)
        out.append(~alive)
    return out
