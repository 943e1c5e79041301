def my_softmax(logits):
    powers = torch.exp(logits - logits.max())
    return powers / powers.sum()
