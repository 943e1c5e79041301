# unfold 做池化、bernoulli 抽掩码
class RegularizedNetwork(nn.Module):
    def __init__(self, dropout_rate=0.0):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(1600, 128)
        self.fc2 = nn.Linear(128, 10)
        self.dropout_rate = dropout_rate

    def forward(self, x):
        for conv in (self.conv1, self.conv2):
            x = F.relu(conv(x))
            x = x.unfold(2, 2, 2).unfold(3, 2, 2).amax(dim=(-1, -2))
        x = x.reshape(len(x), -1)
        if self.training and self.dropout_rate > 0:
            keep = 1 - self.dropout_rate
            mask = torch.bernoulli(torch.full_like(x, keep))
            x = x * mask / keep if keep > 0 else torch.zeros_like(x)
        return self.fc2(F.relu(self.fc1(x)))
