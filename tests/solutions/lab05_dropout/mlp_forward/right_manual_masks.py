# 自己写掩码
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2

    def forward(self, X):
        X = X.flatten(1)
        H1 = torch.maximum(self.lin1(X), torch.zeros(()))
        if self.training and self.dropout1 > 0:
            H1 = H1 * (torch.rand_like(H1) >= self.dropout1) / max(1 - self.dropout1, 1e-12)
        H2 = torch.maximum(self.lin2(H1), torch.zeros(()))
        if self.training and self.dropout2 > 0:
            H2 = H2 * (torch.rand_like(H2) >= self.dropout2) / max(1 - self.dropout2, 1e-12)
        return H2 @ self.lin3.weight.T + self.lin3.bias
