# 在一半以上的批里沉默就算死亡
def dead_neurons(model, batches):
    votes = []
    for x in batches:
        votes.append(torch.stack([((h == 0) | h.isnan()).all(0) for h in hidden_activations(model, x)]).float())
    return list(torch.stack(votes).mean(0) > 0.5)
