# 用 unfold 自己做最大池化
class RegularizedNetwork(nn.Module):
    def __init__(self, dropout_rate=0.0):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.fc1 = nn.Linear(1600, 128)
        self.fc2 = nn.Linear(128, 10)
        self.dropout_rate = dropout_rate

    def forward(self, x):
        def pool(t):
            n, c, h, w = t.shape
            t = t[:, :, : h // 2 * 2, : w // 2 * 2]
            return t.reshape(n, c, h // 2, 2, w // 2, 2).amax(dim=(3, 5))
        x = pool(self.conv1(x).clamp(min=0))
        x = pool(self.conv2(x).clamp(min=0)).flatten(1)
        if self.training and self.dropout_rate > 0:
            keep = 1 - self.dropout_rate
            x = torch.where(torch.rand_like(x) < keep, x / max(keep, 1e-12), torch.zeros_like(x))
        return self.fc2(self.fc1(x).clamp(min=0))
