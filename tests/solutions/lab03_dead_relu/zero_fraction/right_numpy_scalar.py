# np.float64 也是 float
zero_fraction = lambda activations: np.mean(np.asarray(activations.detach()) == 0)
