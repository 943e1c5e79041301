# OrderedDict 起名字
def concise_mlp(dropout1, dropout2):
    from collections import OrderedDict
    return nn.Sequential(OrderedDict([
        ('flatten', nn.Flatten()), ('lin1', nn.Linear(784, 256)), ('act1', nn.ReLU()), ('drop1', nn.Dropout(p=dropout1)),
        ('lin2', nn.Linear(256, 256)), ('act2', nn.ReLU()), ('drop2', nn.Dropout(p=dropout2)), ('lin3', nn.Linear(256, 10)),
    ]))
