# 把每个零激活都当成死亡，没有沿样本合并
def dead_neurons(model, batches):
    everything = torch.cat(list(batches))
    return [h == 0 for h in hidden_activations(model, everything)]
