import torch
from torch import Tensor


def dropout(X: Tensor, p: float, training: bool = True) -> Tensor:
    # TODO: out of training mode there is nothing to do; p = 1 needs a thought of its own.
    if not training:
        return X
    if p == 1:
        return torch.zeros_like(X)
    # TODO: draw for each element whether it is kept, True with probability 1 - p.
    # TODO: put 0 in the place of the others, and scale what is kept.
    raise NotImplementedError
