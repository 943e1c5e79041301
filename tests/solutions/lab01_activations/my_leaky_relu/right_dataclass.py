# a dataclass, torch.lerp between the slopes
from dataclasses import dataclass


@dataclass
class MyLeakyReLU:
    negative_slope: float = 0.01

    def __call__(self, x):
        return x - (1 - self.negative_slope) * torch.minimum(x, torch.zeros_like(x))

    def derivative(self, x):
        step = torch.heaviside(x.detach(), torch.zeros_like(x))
        return torch.lerp(torch.full_like(x, self.negative_slope), torch.ones_like(x), step)
