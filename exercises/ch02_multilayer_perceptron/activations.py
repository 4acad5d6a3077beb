"""Activation functions: sigmoid, tanh, relu, leaky_relu, prelu and maxout.

Without an activation between them, two linear layers are one. Five of these six act on each element alone:

    sigmoid(x)    = 1 / (1 + e^-x)                  between 0 and 1
    tanh(x)       = (1 - e^-2x) / (1 + e^-2x)       between -1 and 1
    relu(x)       = max(x, 0)
    leaky_relu(x) = x where x > 0, else alpha * x   alpha is given
    prelu(x)      = x where x > 0, else a * x       a is learned
    maxout(x)     = the largest of k linear maps of x, for each unit

The formulas are right on paper. In floating point e^1000 is infinite, and inf / inf and 0 * inf are NaN: in the value,
or only in the gradient, where it takes a whole training run with it. torch's own activations are not allowed in this
file; exp, where, clamp, maximum, abs and amax are.

Read: Dive into Deep Learning, section 5.1; Goodfellow and others, "Maxout Networks" (2013).
"""

import torch
from torch import Tensor


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + e^-x), element by element.

    x: any shape, also (), floating. Returns the shape and dtype of x. For |x| up to 10000 neither the value nor the
    gradient is NaN or infinite, both are right to 1e-6, and at x = 0 the gradient is 1/4.
    """
    # TODO: find a form whose exponent is never positive, for either sign of x.
    # TODO: torch.where takes one branch, but the gradient runs through both: 0 * inf is NaN.
    raise NotImplementedError


def tanh(x: Tensor) -> Tensor:
    """(1 - e^-2x) / (1 + e^-2x), element by element.

    x: any shape, also (), floating. Returns the shape and dtype of x. For |x| up to 10000 neither the value nor the
    gradient is NaN or infinite, both are right to 1e-6, and at x = 0 the gradient is 1.
    """
    # TODO: the same care; which sign of the exponent is safe where x is negative?
    raise NotImplementedError


def relu(x: Tensor) -> Tensor:
    """max(x, 0), element by element.

    x: any shape, also (), floating. Returns the shape and dtype of x; x stays as it is. The gradient is 1 where x is
    positive and 0 where it is negative; at 0 it is not asked for.
    """
    # TODO: one line.
    raise NotImplementedError


def leaky_relu(x: Tensor, alpha: float) -> Tensor:
    """x where x > 0, else alpha * x, element by element.

    x: any shape, also (), floating; alpha: the slope on the negative side, at least 0, and it may be above 1.
    Returns the shape and dtype of x. The gradient is 1 where x is positive, alpha where it is negative.
    """
    # TODO: one line, that is right for alpha = 2 too.
    raise NotImplementedError


def prelu(x: Tensor, a: Tensor) -> Tensor:
    """x where x > 0, else a * x: a leaky_relu whose slope is learned.

    x: floating. a: of the dtype of x, with entries of any sign. With shape (1,) it is shared by all elements of x,
    which may have any shape, also (). With shape (C,) there is one slope for each channel, and x is (n, C, ...) with
    any number of axes behind the channels. Returns the shape and dtype of x; the gradient flows to x and to a.
    """
    # TODO: give a the shape that broadcasts along axis 1 of x.
    raise NotImplementedError


def maxout(x: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """The largest of k linear maps, for each of m units: an activation that learns its own shape.

    x: (n, d); W: (d, m, k); b: (m, k), all of one floating dtype. Returns (n, m): the maximum over l of
    x @ W[:, j, l] + b[j, l] for unit j. The gradient flows to x, W and b.
    """
    # TODO: all maps at once, (n, m, k); then the maximum over one of the axes.
    raise NotImplementedError
