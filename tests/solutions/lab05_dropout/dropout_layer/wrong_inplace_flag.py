# F.dropout 的 inplace=True
def dropout_layer(X, dropout):
    return F.dropout(X, dropout, True, inplace=True)
