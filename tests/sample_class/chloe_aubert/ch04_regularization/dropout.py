import torch


def dropout(X, p, training=True):
    if not training:
        return X
    drop = torch.rand(X.shape) < p
    out = X.clone()
    out[drop] = 0
    return out / (1 - p) if p != 1 else out
