"""A hard limit for the norm of the weights, kept by projection.

A penalty makes large weights expensive. The other way to keep them small is to forbid them:

    minimise the loss, as long as |w|^2 <= theta

where |w|^2 is the sum of the squares of all elements of all weights together. A step of gradient descent does not know
of the limit and may go beyond it; then the weights are taken back to the nearest point within, which lies on the way to
0. That is a projection:

    s = |w|^2
    w <- sqrt(theta / s) * w    if s > theta, else w stays as it is

Biases are free, and do not count in s. torch.renorm is not allowed in this file.

Read: Dive into Deep Learning, section 3.7.1; Srivastava and others (2014), "Dropout", section 5.1 (max-norm, with a
limit for each unit).
"""

import torch
from torch import Tensor


def project_(params: list[Tensor], theta: float) -> Tensor:
    """Projects all weights together onto |w|^2 <= theta, in place.

    params: leaf tensors of one floating dtype, in any order, with or without .grad. A tensor of two or more dimensions
    is a weight; one of one or no dimension is a bias, and never changes. theta: a number from 0 up; theta < 0 and NaN
    raise ValueError, and nothing is changed.
    If the sum of the squares of all weights is above theta, every weight is multiplied by one number, so that the sum
    becomes theta; theta = 0 makes them 0. Else nothing changes, not even by rounding.
    The tensors are changed in place: the list holds the same objects afterwards, in the same memory. Autograd records
    nothing, and requires_grad and .grad stay as they are.
    Returns the sum as it was before: shape (), detached, in the dtype of the weights; without any weight a float32 0.
    """
    # TODO: refuse what is no limit, and find the weights.
    # TODO: outside of autograd's sight, their sum of squares, and then all of them times one number.
    raise NotImplementedError


def constrained_descent(X: Tensor, y: Tensor, theta: float, num_steps: int, lr: float) -> tuple[Tensor, Tensor]:
    """Linear regression by gradient descent on all samples, with |w|^2 <= theta.

    X: (n, d) and y: (n, 1), of one floating dtype. theta: as for project_, with the same ValueError.
    w and b start at 0. Each of num_steps steps takes the gradients of mean((X w + b - y)^2) / 2 at the present w and b,
    moves both, w <- w - lr * grad and b <- b - lr * grad, and then projects w. num_steps may be 0.
    Returns (w, b), of shapes (d, 1) and (1,), detached, in the dtype of X.
    """
    # TODO: both gradients need the error X w + b - y; by hand they are one line each.
    # TODO: when should w be projected: once in the end, or after each step?
    raise NotImplementedError
