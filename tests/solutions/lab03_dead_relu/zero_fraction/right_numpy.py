# NumPy
def zero_fraction(activations):
    values = activations.detach().cpu().numpy()
    return float(np.mean(values == 0))
