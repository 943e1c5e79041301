# 自己写的展平模块只认图像
class _Flat(nn.Module):
    def forward(self, x):
        n, channels, height, width = x.shape
        return x.reshape(n, channels * height * width)


def concise_mlp(dropout1, dropout2):
    return nn.Sequential(
        _Flat(), nn.Linear(784, 256), nn.ReLU(), nn.Dropout(dropout1), nn.Linear(256, 256), nn.ReLU(), nn.Dropout(dropout2), nn.Linear(256, 10)
    )
