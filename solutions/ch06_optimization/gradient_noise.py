"""How noisy the gradient of a minibatch is.

A linear model without a bias. The loss of a row x with label y is (<x, w> - y)^2 / 2, so its gradient is

    x (<x, w> - y)

A minibatch stands in for the whole set: the mean of its rows' gradients is right on average, but it scatters. Let V be
the variance of the gradient of a single row, added up over the coordinates:

    V = the mean over all n rows i of |gradient of row i - full gradient|^2

Then a minibatch of batch_size rows has variance V / batch_size. A batch of four times the size halves the noise, and no
more than that, for four times the work.

Read: Dive into Deep Learning, section 12.5; Bottou, Curtis and Nocedal (2018), "Optimization Methods for Large-Scale
Machine Learning", section 4.
"""

import torch
from torch import Tensor


def gradient_variance(
    X: Tensor, y: Tensor, w: Tensor, batch_size: int, num_batches: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Draws num_batches minibatches and measures mean and variance of their gradients.

    X (n, d), y (n,), w (d,): floating, of one dtype; n >= 1. batch_size: how many rows a minibatch has, from 1 up, also
    more than n: each of them is drawn uniformly from all n, with replacement, and independently of the others.
    num_batches: from 2 up. batch_size < 1 and num_batches < 2 raise ValueError. generator: where all random numbers
    come from, on the device of X; it is never seeded here.
    Returns (mean, variance). With g_k the gradient of minibatch k, the mean of its rows' gradients: mean (d,) is the
    mean of the g_k; variance, of shape (), is the sum over k of |g_k - mean|^2, divided by num_batches - 1. Both in the
    dtype of X, and detached (requires_grad is False) even if w requires grad; w.grad stays as it is.
    """
    # TODO: draw the rows of all minibatches, then their gradients, then mean and variance.
    ### BEGIN SOLUTION
    if batch_size < 1 or num_batches < 2:
        raise ValueError(f"batch_size should be at least 1, num_batches 2, got {batch_size}, {num_batches}")
    X, y, w = X.detach(), y.detach(), w.detach()
    rows = torch.randint(len(X), (num_batches, batch_size), generator=generator, device=X.device)
    error = X[rows] @ w - y[rows]
    gradients = (error.unsqueeze(2) * X[rows]).mean(dim=1)
    mean = gradients.mean(dim=0)
    variance = ((gradients - mean) ** 2).sum() / (num_batches - 1)
    return mean, variance
    ### END SOLUTION
