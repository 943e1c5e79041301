# 直接用 F.dropout
def dropout_layer(X, dropout):
    return F.dropout(X, p=float(dropout), training=True)
