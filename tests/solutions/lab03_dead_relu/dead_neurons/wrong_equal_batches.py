# 把各批叠起来，要求每批一样大
def dead_neurons(model, batches):
    x = torch.stack(list(batches)).flatten(0, 1)
    return [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, x)]
