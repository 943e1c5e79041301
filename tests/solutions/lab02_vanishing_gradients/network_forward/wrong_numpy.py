# NumPy inside: the graph is cut
class Network(nn.Module):
    def __init__(self, input_dim: int, output_dim: int, activation_name: str, num_layers: int = 5) -> None:
        super().__init__()
        activations = {
            "relu": torch.relu,
            "sigmoid": torch.sigmoid,
            "tanh": torch.tanh,
            "leaky_relu": F.leaky_relu,
        }
        if activation_name not in activations:
            raise ValueError(f"不认识的激活函数 {activation_name!r}，可选：{'、'.join(activations)}")
        self.layers = nn.ModuleList(nn.Linear(100, 100) for _ in range(num_layers))
        self.input_layer = nn.Linear(input_dim, 100)
        self.output_layer = nn.Linear(100, output_dim)
        self.activation = activations[activation_name]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.activation(self.input_layer(x))
        for layer in self.layers:
            h = self.activation(layer(h))
        h = torch.from_numpy(h.detach().numpy())
        return self.output_layer(h)
