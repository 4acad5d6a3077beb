import torch


def dropout(X, p, training=True):
    if not training or p == 0:
	return X
    mask = torch.rand(X.shape) >= p
    return X * mask / (1 - p)
