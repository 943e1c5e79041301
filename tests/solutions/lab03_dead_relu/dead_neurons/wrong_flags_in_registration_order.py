# input_layer 排到了最后
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    dead = [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, everything)]
    return dead[1:] + dead[:1]
