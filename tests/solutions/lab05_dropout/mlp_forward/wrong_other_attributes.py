# 改了 __init__ 里的名字
class DropoutMLP(nn.Module):
    def __init__(self, num_inputs=784, num_outputs=10, num_hiddens1=256, num_hiddens2=256, dropout1=0.2, dropout2=0.5):
        super().__init__()
        self.fc1 = nn.Linear(num_inputs, num_hiddens1)
        self.fc2 = nn.Linear(num_hiddens1, num_hiddens2)
        self.fc3 = nn.Linear(num_hiddens2, num_outputs)
        self.dropout1 = dropout1
        self.dropout2 = dropout2

    def forward(self, X):
        h = F.dropout(F.relu(self.fc1(X.flatten(1))), self.dropout1, self.training)
        h = F.dropout(F.relu(self.fc2(h)), self.dropout2, self.training)
        return self.fc3(h)
