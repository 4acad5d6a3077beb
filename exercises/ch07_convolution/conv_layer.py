"""A layer that computes a cross-correlation, and how it learns its kernel.

A convolutional layer has a kernel and a bias of its own: Y = corr2d(X, weight) + bias. Nobody has to design the kernel.
Given an input X and the output Y that is wanted, gradient descent on the sum of squared errors finds it:

    K <- K - lr * d/dK sum over i, j of (corr2d(X, K)[i, j] - Y[i, j])^2

Read: Dive into Deep Learning, sections 7.2.2 to 7.2.4.
"""

import torch
from torch import Tensor, nn


def corr2d(X: Tensor, K: Tensor) -> Tensor:
    """The cross-correlation of X (H, W) and K (h, w), given: (H - h + 1, W - w + 1)."""
    h, w = K.shape
    return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum(dim=(2, 3))


class Conv2D(nn.Module):
    """A convolutional layer with one input and one output channel.

    kernel_size: (h, w), or an int for a square kernel. bias: whether there is one.
    Parameters, in this order: weight (h, w), bias (1,); without bias the weight alone. The weight starts random, drawn
    from torch's global generator at any usual scale, the bias at 0. PyTorch's own convolutions are not allowed.
    """

    def __init__(self, kernel_size: int | tuple[int, int], bias: bool = True):
        super().__init__()
        # TODO: make the parameters.
        raise NotImplementedError

    def forward(self, X: Tensor) -> Tensor:
        """X: input (H, W). Returns (H - h + 1, W - w + 1), in train and in eval mode alike; gradients flow to all."""
        # TODO: cross-correlate, and add the bias if there is one.
        raise NotImplementedError


def learn_kernel(X: Tensor, Y: Tensor, steps: int, lr: float) -> tuple[Tensor, Tensor]:
    """Learns the kernel, without bias, that makes Y of X.

    X: input (H, W); Y: wanted output (H', W'). The kernel starts at 0; each of the steps is plain gradient descent with
    rate lr on the sum (not the mean) of squared errors over the whole of X.
    Returns (K, losses): K (H - H' + 1, W - W' + 1); losses (steps,), the loss before each update. Both have the dtype
    and device of X and carry no graph. Optimizers of torch.optim are allowed. With steps = 0, K is zero and
    losses is empty.
    """
    # TODO: find the size of the kernel, start it at zero.
    # TODO: in each step, compute the loss, keep it, and move the kernel against the gradient.
    raise NotImplementedError
