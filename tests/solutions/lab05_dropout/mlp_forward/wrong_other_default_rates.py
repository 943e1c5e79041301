# 默认的丢弃率改成了 0.5
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.5, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2

    def forward(self, X):
        X = X.flatten(1)
        H1 = torch.relu(self.lin1(X))
        H1 = F.dropout(H1, self.dropout1, self.training)
        H2 = torch.relu(self.lin2(H1))
        H2 = F.dropout(H2, self.dropout2, self.training)
        return self.lin3(H2)
