# an nn.Module with forward
class MyReLU(nn.Module):
    def forward(self, x):
        return torch.where(x < 0, 0.0 * x, x)

    def derivative(self, x):
        d = torch.zeros_like(x)
        d[x > 0] = 1
        return d
