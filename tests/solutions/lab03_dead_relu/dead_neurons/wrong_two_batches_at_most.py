# 只看头两批
import itertools


def dead_neurons(model, batches):
    everything = torch.cat(list(itertools.islice(batches, 2)))
    return [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, everything)]
