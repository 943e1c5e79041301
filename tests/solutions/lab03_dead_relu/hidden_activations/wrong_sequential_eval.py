# 借用原来的层搭了一个 Sequential，调用 eval 时把它们也切了过去
def hidden_activations(model, x):
    seq = nn.Sequential(model.input_layer, *model.layers).eval()
    out = []
    with torch.no_grad():
        for l in seq:
            x = model.activation(l(x))
            out.append(x)
    return out
