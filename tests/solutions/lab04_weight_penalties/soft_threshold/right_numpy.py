# NumPy 计算，再变回张量
def soft_threshold(w, t):
    a = w.detach().numpy()
    return torch.as_tensor(np.sign(a) * np.maximum(np.abs(a) - t, 0), dtype=w.dtype)
