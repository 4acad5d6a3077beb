import torch


def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros(X.shape[0] - h + 1, X.shape[1] - w + 1, dtype=X.dtype)
    i, j = 0, 0
    while i < Y.shape[0]:
        total = (X[i:i + h, j:j + w] * K).sum()
        if j < Y.shape[1]:
            continue  # still in this row
        Y[i, j] = total
        i, j = i + 1, 0
    return Y
