# 一步一个变量
class RegularizedNetwork(nn.Module):
    def __init__(self, dropout_rate=0.0):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(1600, 128)
        self.fc2 = nn.Linear(128, 10)
        self.dropout_rate = dropout_rate

    def forward(self, x):
        batch = x.shape[0]
        a1 = self.conv1(x)
        r1 = torch.maximum(a1, torch.zeros_like(a1))
        p1 = F.max_pool2d(r1, kernel_size=(2, 2), stride=(2, 2))
        a2 = self.conv2(p1)
        r2 = torch.maximum(a2, torch.zeros_like(a2))
        p2 = F.max_pool2d(r2, kernel_size=(2, 2), stride=(2, 2))
        flat = torch.reshape(p2, (batch, 64 * 5 * 5))
        if self.training is True:
            dropped = dropout_layer(flat, self.dropout_rate)
        else:
            dropped = flat
        hidden = F.relu(self.fc1(dropped))
        logits = self.fc2(hidden)
        return logits
