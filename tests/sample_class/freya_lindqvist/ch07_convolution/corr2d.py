from torch import Tensor


def corr2d(X: Tensor, K: Tensor) -> Tensor:
    h, w = K.shape
    Y = X.new_zeros(X.shape[0] - h + 1, X.shape[1] - w + 1)
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    # forgot something? come back after lunch
