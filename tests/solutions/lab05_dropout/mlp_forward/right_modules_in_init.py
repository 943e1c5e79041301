# 在 __init__ 里加 nn.Dropout
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2
        self.flatten, self.relu = nn.Flatten(), nn.ReLU()
        self.drop1, self.drop2 = nn.Dropout(dropout1), nn.Dropout(dropout2)

    def forward(self, X):
        x = self.flatten(X)
        x = self.drop1(self.relu(self.lin1(x)))
        x = self.drop2(self.relu(self.lin2(x)))
        return self.lin3(x)
