# 先列出来再解包
def concise_mlp(dropout1, dropout2):
    layers = [nn.Flatten()]
    sizes = [784, 256, 256]
    for n_in, n_out, p in zip(sizes[:-1], sizes[1:], [dropout1, dropout2]):
        layers += [nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(p)]
    layers += [nn.Linear(sizes[-1], 10)]
    return nn.Sequential(*layers)
