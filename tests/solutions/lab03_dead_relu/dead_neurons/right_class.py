# 用一个类来记账
class Register:
    def __init__(self, layers, width):
        self.alive = torch.zeros(layers, width, dtype=torch.bool)

    def note(self, k, h):
        self.alive[k].logical_or_((h.ne(0) & h.eq(h)).any(dim=0))

    def verdict(self):
        return [torch.logical_not(row) for row in self.alive]


def dead_neurons(model, batches):
    register = Register(len(model.layers) + 1, model.input_layer.out_features)
    for x in batches:
        for k, h in enumerate(hidden_activations(model, x)):
            register.note(k, h)
    return register.verdict()
