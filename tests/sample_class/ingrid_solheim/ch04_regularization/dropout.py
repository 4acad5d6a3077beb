import torch


def dropout(X, p, training=True):
    if not training:
        return X
    if p >= 1:
        return torch.zeros_like(X)
    u = torch.rand(X.shape, dtype=torch.float64)
    return (X.double() * (u > p) / (1 - p)).type_as(X)
