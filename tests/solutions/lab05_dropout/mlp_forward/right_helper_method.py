# 另写一个方法做“激活再丢”
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2

    def _hidden(self, layer, x, p):
        a = layer(x)
        a = torch.where(a > 0, a, torch.zeros_like(a))
        return dropout_layer(a, p) if self.training else a

    def forward(self, X):
        n = X.shape[0]
        h = self._hidden(self.lin1, X.view(n, -1), self.dropout1)
        h = self._hidden(self.lin2, h, self.dropout2)
        return self.lin3(h)
