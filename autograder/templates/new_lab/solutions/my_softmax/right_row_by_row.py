def my_softmax(logits):
    rows = []
    for row in logits:
        powers = torch.exp(row - row.max())
        rows.append(powers / powers.sum())
    return torch.stack(rows)
