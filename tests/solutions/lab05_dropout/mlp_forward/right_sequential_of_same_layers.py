# 用 nn.Sequential 把同样的层串起来
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2
        self.body = nn.Sequential(
            nn.Flatten(), self.lin1, nn.ReLU(), nn.Dropout(dropout1), self.lin2, nn.ReLU(), nn.Dropout(dropout2), self.lin3
        )

    def forward(self, X):
        return self.body(X)
