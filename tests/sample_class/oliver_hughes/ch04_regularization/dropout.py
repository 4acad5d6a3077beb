import torch


def dropout(X, p, training=True):
    if training:
        mask = (torch.rand(X.shape) >= p).to(X.dtype)
        return X * mask
    else:
        return X
