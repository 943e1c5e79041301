# 卷积块写成一个方法
class RegularizedNetwork(nn.Module):
    def __init__(self, dropout_rate=0.0):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(1600, 128)
        self.fc2 = nn.Linear(128, 10)
        self.dropout_rate = dropout_rate

    @staticmethod
    def _block(x, conv):
        return nn.MaxPool2d(kernel_size=2)(nn.ReLU()(conv(x)))

    def forward(self, x):
        x = self._block(self._block(x, self.conv1), self.conv2).flatten(1)
        if self.training:
            x = nn.functional.dropout(x, self.dropout_rate)
        x = self.fc1(x)
        x = x * (x > 0)
        return self.fc2(x)
