# an nn.Module with a forward
class MySigmoid(nn.Module):
    def forward(self, x):
        half = torch.where(x >= 0, x, -x)
        small = torch.exp(-half)
        big = 1 / (1 + small)
        return torch.where(x >= 0, big, small * big)

    @torch.no_grad()
    def derivative(self, x):
        s = self.forward(x)
        return s - s**2
