import torch
from torch import Tensor


def dropout(X: Tensor, p: float, training: bool = True) -> Tensor:
    if training == False:
        return X
    if p == 1:
        return torch.zeros_like(X)
    mask = torch.rand(X.shape) > p
    Y = mask.float() * X / (1.0 - p)
    return Y
