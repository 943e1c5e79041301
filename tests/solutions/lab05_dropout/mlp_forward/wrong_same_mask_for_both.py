# 两层用同一组随机数
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
        H1 = torch.relu(self.lin1(X))
        H2_size = self.lin2.out_features
        u = torch.rand(len(X), max(H1.shape[1], H2_size))
        if self.training and self.dropout1 < 1:
            H1 = H1 * (u[:, : H1.shape[1]] >= self.dropout1) / (1 - self.dropout1)
        elif self.training:
            H1 = H1 * 0
        H2 = torch.relu(self.lin2(H1))
        if self.training and self.dropout2 < 1:
            H2 = H2 * (u[:, :H2_size] >= self.dropout2) / (1 - self.dropout2)
        elif self.training:
            H2 = H2 * 0
        return self.lin3(H2)
