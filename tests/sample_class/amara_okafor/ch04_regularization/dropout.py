"""Inverted dropout."""

import torch
from torch import Tensor


def dropout(X: Tensor, p: float, training: bool = True) -> Tensor:
    if not training or p == 0:
        return X
    if p == 1:
        return X * 0.0  # no 0/0, and the graph stays intact
    keep = torch.empty_like(X).bernoulli_(1 - p)
    return X * keep / (1 - p)
