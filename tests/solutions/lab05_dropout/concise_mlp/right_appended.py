# 循环 append，再初始化权重
def concise_mlp(dropout1, dropout2):
    net = nn.Sequential(nn.Flatten(start_dim=1))
    for n_in, rate in ((784, dropout1), (256, dropout2)):
        net.append(nn.Linear(n_in, 256))
        net.append(nn.ReLU())
        net.append(nn.Dropout(rate, inplace=True))
    net.append(nn.Linear(256, 10))

    def init(m):
        if type(m) is nn.Linear:
            nn.init.normal_(m.weight, std=0.01)

    net.apply(init)
    return net
