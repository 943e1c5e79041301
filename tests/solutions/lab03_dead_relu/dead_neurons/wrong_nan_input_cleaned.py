# 先把输入里的 NaN 换成 0，网络真正的输出就变了
def dead_neurons(model, batches):
    X = torch.nan_to_num(torch.cat(list(batches)))
    return [((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, X)]
