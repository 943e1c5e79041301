# 一个 nn.Dropout，用前改 p
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2
        self.drop = nn.Dropout()

    def forward(self, X):
        x = X.reshape(X.shape[0], -1)
        for layer, p in zip((self.lin1, self.lin2), (self.dropout1, self.dropout2)):
            self.drop.p = p
            x = self.drop(layer(x).clamp(min=0))
        return self.lin3(x)
