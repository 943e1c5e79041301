# forward 里建 nn.Dropout 并设好模式
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2

    def forward(self, X):
        X = X.reshape((-1, self.lin1.in_features))
        for layer, rate in ((self.lin1, self.dropout1), (self.lin2, self.dropout2)):
            X = nn.Dropout(rate).train(self.training)(torch.relu(layer(X)))
        return self.lin3(X)
