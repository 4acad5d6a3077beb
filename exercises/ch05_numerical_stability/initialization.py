"""Weights to start with: the rules of Xavier Glorot and of Kaiming He.

A unit with fan_in inputs adds up fan_in products, so its output has fan_in times the variance of one of them. On the
way back, each input collects gradients from fan_out units. If numbers are to keep their size from layer to layer, the
weights need a variance of about 1 / fan_in for the way there, and of 1 / fan_out for the way back:

    Xavier    2 / (fan_in + fan_out)     between the two
    Kaiming   2 / fan_in                 for ReLU, which halves the mean square of what comes in

Weights are laid out as in PyTorch's layers, (out, in) for nn.Linear and (out, in, *kernel) for convolutions. With k as
the product of the kernel's sizes, and k = 1 for a matrix:

    fan_in = in * k        fan_out = out * k

Everything in torch.nn.init is forbidden here, and so is reset_parameters of torch's layers, which calls it. uniform_,
normal_, torch.rand and torch.randn are fine.

Read: Dive into Deep Learning, section 5.4.2; Glorot and Bengio (2010); He, Zhang, Ren, Sun (2015).
"""

import math

import torch
from torch import Tensor


def xavier_uniform_(W: Tensor) -> Tensor:
    """Fills W with draws from U(-a, a), where a = sqrt(6 / (fan_in + fan_out)), and returns W.

    W: two or more dimensions, (out, in, *kernel); with fewer ValueError is raised. Any floating dtype, which it keeps,
    and any strides: of a view, such as a slice or the transpose of a larger tensor, exactly its own elements are
    changed. The elements are independent of each other and drawn anew at each call, from torch's global generator.
    W is changed in place, whatever is in it before, and W itself is returned. It may be a leaf that requires grad: then
    it still is one, nothing is recorded for autograd, and W.grad stays as it is.
    """
    # TODO: fan_in and fan_out are needed three times: write a function for them, which refuses a vector.
    # TODO: fill W in place, unseen by autograd.
    raise NotImplementedError


def xavier_normal_(W: Tensor) -> Tensor:
    """Fills W with draws from the normal distribution of mean 0 and variance 2 / (fan_in + fan_out), and returns W.

    All else is as in xavier_uniform_.
    """
    # TODO: which standard deviation belongs to this variance?
    raise NotImplementedError


def kaiming_normal_(W: Tensor) -> Tensor:
    """Fills W with draws from the normal distribution of mean 0 and variance 2 / fan_in, and returns W.

    It is not truncated. All else is as in xavier_uniform_.
    """
    # TODO: which of the axes of W are the inputs?
    raise NotImplementedError
