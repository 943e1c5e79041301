# nn.Dropout 模块
def dropout_layer(X, dropout):
    layer = nn.Dropout(dropout)
    layer.train()
    return layer(X)
