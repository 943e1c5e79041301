# an nn.Module, derivative by autograd
class MyTanh(nn.Module):
    def forward(self, x):
        small = torch.exp(-2 * torch.where(x < 0, -x, x))
        size = (1 - small) / (1 + small)
        return torch.where(x < 0, -size, size)

    def derivative(self, x):
        with torch.enable_grad():
            leaf = x.detach().clone().requires_grad_()
            return torch.autograd.functional.vjp(self.forward, leaf, torch.ones_like(leaf))[1]
