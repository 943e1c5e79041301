# 在 __init__ 里加池化和 nn.Dropout 模块
class RegularizedNetwork(nn.Module):
    def __init__(self, dropout_rate=0.0):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(1600, 128)
        self.fc2 = nn.Linear(128, 10)
        self.dropout_rate = dropout_rate
        self.pool = nn.MaxPool2d(2)
        self.drop = nn.Dropout(p=dropout_rate)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = self.drop(torch.flatten(x, start_dim=1))
        return self.fc2(torch.relu(self.fc1(x)))
