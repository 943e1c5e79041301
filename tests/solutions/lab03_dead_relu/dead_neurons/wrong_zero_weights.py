# 看权重而不看输出：权重全为 0 才算死亡
def dead_neurons(model, batches):
    list(batches)
    return [(layer.weight.detach() == 0).all(1) for layer in [model.input_layer, *model.layers]]
