# 按名字的字典序走：layers.10 排到了 layers.2 前面
@torch.no_grad()
def hidden_activations(model, x):
    names = sorted(name for name, _ in model.named_modules() if name.startswith("layers."))
    result = []
    for name in ["input_layer", *names]:
        x = model.activation(model.get_submodule(name)(x))
        result.append(x)
    return result
