"""Symmetry: hidden units that start alike stay alike.

Swap two hidden units, with the weights that lead into them and out of them, and a network computes the same as before.
If both have the same weights at the start, nothing tells them apart: they have the same output, get the same gradient
and take the same step, for ever. A hundred such units are no better than one. Gradient descent never breaks the
symmetry by itself, so it has to be broken at the start, by random weights.

This function counts how many different hidden units a network has after training.

Read: Dive into Deep Learning, section 5.4.1.3; Goodfellow, Bengio and Courville, Deep Learning, section 8.4.
"""

import copy

import torch
from torch import Tensor, nn


def hidden_units_used(net: nn.Sequential, X: Tensor, y: Tensor, steps: int, lr: float) -> tuple[int, Tensor]:
    """Trains a copy of net, and counts the hidden units that differ.

    net: Sequential(Linear(d, h), activation, Linear(h, k)), both Linear with bias, the activation without parameters.
    X: (n, d) and y: (n, k), of the floating dtype of net. They stay as they are, and so does net: what is trained is a
    copy, and afterwards net has the values that it had, and every .grad is None as before.
    Each of the steps >= 0 is one of gradient descent on all rows: with the gradients of the mean of (net(X) - y)^2 over
    all n * k elements, all four parameters move by -lr times their gradient, without momentum. torch.optim may be used.

    Returns (used, units).
    units: (h, d + 1), detached, in the dtype of net. Row j holds the trained weights that lead into hidden unit j and,
    last, its bias.
    used: a Python int, the number of different rows. Two rows are the same if no entry differs by more than 1e-5. Equal
    units may be apart by rounding, so exact comparison is no use; different ones differ by more than 1e-3 somewhere.
    steps = 0 counts the units of net as it is.
    """
    # TODO: train a copy; what does backward() do to gradients that are already there?
    # TODO: one row for each hidden unit.
    # TODO: how many rows are different from all that were counted before?
    raise NotImplementedError
