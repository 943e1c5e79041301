# 一行 lambda，torch.dropout 自己检查范围
def _check(p):
    if not 0 <= p <= 1:
        raise ValueError("p")
    return p


dropout_layer = lambda X, dropout: torch.dropout(X, _check(float(dropout)), True)
