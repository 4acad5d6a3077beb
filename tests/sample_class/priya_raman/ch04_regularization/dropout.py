import torch


def dropout(X, p, training=True):
    """p = probability of keeping, like keep_prob in the old lecture"""
    if not training:
        return X
    if p == 0:
        return torch.zeros_like(X)
    kept = torch.rand(X.shape) < p
    return kept * X / p
