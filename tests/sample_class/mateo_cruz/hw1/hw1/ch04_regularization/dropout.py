import torch
from torch.distributions import Bernoulli


class _Mask:
    def __init__(self, p):
        self.p = p

    def __call__(self, X):
        if self.p == 1:
            return torch.zeros_like(X)
        return Bernoulli(torch.tensor(1.0 - self.p)).sample(X.shape).to(X.dtype) / (1 - self.p)


def dropout(X, p, training=True):
    return X * _Mask(p)(X) if training else X
