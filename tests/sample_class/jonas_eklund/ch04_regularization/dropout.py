import torch

p = float(input("p = "))


def dropout(X, p, training=True):
    if not training:
        return X
    if p == 1:
        return X * 0
    return X * (torch.rand(X.shape) >= p) / (1 - p)


print(dropout(torch.ones(3, 4), p))
