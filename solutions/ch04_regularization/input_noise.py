"""Noise on the inputs, and the penalty that it amounts to.

The model is linear, without a bias, and its loss is

    loss(X) = the mean over the n rows x of X of (<x, w> - y)^2 / 2

If the inputs are noisy, so is the loss; but its expectation has a closed form: the loss of the clean inputs plus a
penalty on the weights. Noise from N(0, sigma^2) on every input is weight decay with sigma^2 (Tikhonov regularization).
Dropout of the inputs is a decay, too, in which each weight counts as much as the inputs it is multiplied with.

Nothing here draws random numbers.

Read: Bishop (1995), "Training with Noise is Equivalent to Tikhonov Regularization"; Srivastava and others (2014),
"Dropout", section 9.1; Dive into Deep Learning, section 5.6.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def tikhonov_loss(X: Tensor, y: Tensor, w: Tensor, sigma: float) -> Tensor:
    """The expectation of loss(X + E), where each element of E is drawn by itself from N(0, sigma^2), in closed form:
    loss(X) + sigma^2 |w|^2 / 2, with |w|^2 the sum of the squares.

    X (n, d), y (n,), w (d,): floating, of one dtype; n >= 1. sigma: the standard deviation, a number from 0 up;
    sigma < 0 and NaN raise ValueError.
    Returns a tensor of shape (), in the dtype of X. Gradient flows to w.
    """
    # TODO: refuse what is no standard deviation; then the loss and the penalty.
    ### BEGIN SOLUTION
    if not sigma >= 0:  # true of NaN too
        raise ValueError(f"sigma should be at least 0, got {sigma}")
    return ((X @ w - y) ** 2).mean() / 2 + sigma**2 * (w**2).sum() / 2
    ### END SOLUTION


def dropout_loss(X: Tensor, y: Tensor, w: Tensor, p: float) -> Tensor:
    """The expectation of loss(X~), where X~ is X under inverted dropout, in closed form:
    loss(X) + p / (1 - p) * the mean over the rows x of (the sum over j of (x_j w_j)^2) / 2.

    Each element of X~ is 0 with probability p, else that of X divided by 1 - p, each by itself.
    X (n, d), y (n,), w (d,): floating, of one dtype; n >= 1. p: 0 <= p < 1; any other p and NaN raise ValueError.
    Returns a tensor of shape (), in the dtype of X. Gradient flows to w.
    """
    # TODO: refuse what is no such probability; then the loss and the penalty.
    ### BEGIN SOLUTION
    if not 0 <= p < 1:
        raise ValueError(f"p should be in [0, 1), got {p}")
    penalty = ((X * w) ** 2).sum(dim=1).mean() / 2
    return ((X @ w - y) ** 2).mean() / 2 + p / (1 - p) * penalty
    ### END SOLUTION


def noisy_loss(X: Tensor, y: Tensor, w: Tensor, noise: Callable[[Tensor], Tensor], num_draws: int) -> Tensor:
    """The mean of num_draws losses, each of noisy inputs of its own.

    X (n, d), y (n,), w (d,): floating, of one dtype; n >= 1. noise: a function that takes X and returns noisy inputs of
    the same shape. It is called exactly num_draws times, each time with the clean X; y stays clean.
    num_draws: an int; num_draws < 1 raises ValueError, before noise is called.
    Returns a tensor of shape (), in the dtype of X. Gradient flows to w.
    """
    # TODO: average losses, not inputs.
    ### BEGIN SOLUTION
    if num_draws < 1:
        raise ValueError(f"num_draws should be at least 1, got {num_draws}")
    losses = [((noise(X) @ w - y) ** 2).mean() / 2 for _ in range(num_draws)]
    return torch.stack(losses).mean()
    ### END SOLUTION
