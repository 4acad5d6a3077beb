import numpy as np
import torch

rng = np.random.default_rng()


def dropout(X, p, training=True):
    if not training:
        return X
    if p == 1:
        return X * 0
    mask = rng.random(tuple(X.shape)) >= p
    return X * torch.from_numpy(mask) / (1 - p)
