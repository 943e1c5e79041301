# add_module 一层一层加
def concise_mlp(dropout1, dropout2):
    net = nn.Sequential()
    net.add_module("flatten", nn.Flatten())
    net.add_module("hidden1", nn.Linear(in_features=784, out_features=256, bias=True))
    net.add_module("relu1", nn.ReLU())
    net.add_module("drop1", nn.Dropout(p=dropout1, inplace=False))
    net.add_module("hidden2", nn.Linear(in_features=256, out_features=256, bias=True))
    net.add_module("relu2", nn.ReLU())
    net.add_module("drop2", nn.Dropout(p=dropout2, inplace=False))
    net.add_module("logits", nn.Linear(in_features=256, out_features=10, bias=True))
    return net
