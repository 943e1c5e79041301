# eval 时走另一条路
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2

    def forward(self, X):
        x = torch.flatten(X, start_dim=1)
        if not self.training:
            return self.lin3(torch.relu(self.lin2(torch.relu(self.lin1(x)))))
        h1 = dropout_layer(torch.relu(self.lin1(x)), self.dropout1)
        h2 = dropout_layer(torch.relu(self.lin2(h1)), self.dropout2)
        return self.lin3(h2)
