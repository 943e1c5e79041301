# 一个样本一个样本地算，再叠起来
def hidden_activations(model, x):
    rows = []
    with torch.no_grad():
        for sample in x:
            h, row = sample, []
            for layer in [model.input_layer, *model.layers]:
                h = model.activation(layer(h))
                row.append(h)
            rows.append(row)
    return [torch.stack(column) for column in zip(*rows)]
