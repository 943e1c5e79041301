# F.linear 与自己的掩码
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2

    def forward(self, X):
        x = X.flatten(1)
        for layer, p in ((self.lin1, self.dropout1), (self.lin2, self.dropout2)):
            x = F.relu(F.linear(x, layer.weight, layer.bias))
            if self.training and p > 0:
                keep = torch.bernoulli(torch.full(x.shape, 1.0 - p))
                x = x * keep / (1.0 - p) if p < 1 else x * 0
        return F.linear(x, self.lin3.weight, self.lin3.bias)
