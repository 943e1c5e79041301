# 掩码存在网络里，每次都用同一张
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.lin1 = nn.Linear(num_inputs, num_hiddens1)
        self.lin2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.lin3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2
        self.masks = {}

    def _drop(self, k, h, p):
        if not self.training:
            return h
        if (k, h.shape) not in self.masks:
            self.masks[k, h.shape] = F.dropout(torch.ones(h.shape), p)
        return h * self.masks[k, h.shape]

    def forward(self, X):
        X = X.flatten(1)
        H1 = self._drop(0, torch.relu(self.lin1(X)), self.dropout1)
        H2 = self._drop(1, torch.relu(self.lin2(H1)), self.dropout2)
        return self.lin3(H2)
