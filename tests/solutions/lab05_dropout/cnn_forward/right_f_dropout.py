# F.dropout 带 training=self.training
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
            x = F.max_pool2d(conv(x).relu(), kernel_size=2, stride=2)
        x = F.dropout(x.flatten(1), p=self.dropout_rate, training=self.training)
        return self.fc2(self.fc1(x).relu())
