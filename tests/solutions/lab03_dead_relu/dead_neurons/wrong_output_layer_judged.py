# 把 output_layer 的输出也判断了
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    values = hidden_activations(model, everything)
    with torch.no_grad():
        values = values + [model.output_layer(values[-1])]
    return [((h == 0) | h.isnan()).all(0) for h in values]
