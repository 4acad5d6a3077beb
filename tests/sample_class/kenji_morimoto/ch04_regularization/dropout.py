import torch


def dropout(X, p, training=True):
    if p == 1:
        return torch.zeros_like(X)
    mask = (torch.rand(X.shape) > p)
    return mask * X / (1.0 - p)
