"""Cross-correlation of inputs with several channels.

An image has three numbers for each pixel, a hidden layer hundreds: its channels. A kernel then has one slice for each
channel of the input. Every slice is slid over its own channel, and the results are added up:

    Y[i, j] = sum over c, a, b of X[c, i + a, j + b] * K[c, a, b]

Each such kernel gives one channel of output; for several, there are several kernels, K[o]. A kernel of 1x1 looks at no
neighbours at all: it mixes the channels of each pixel, and is a matrix product.

Read: Dive into Deep Learning, section 7.4; Lin, Chen and Yan, "Network in Network" (2014).
"""

import torch
from torch import Tensor


def corr2d_multi_in(X: Tensor, K: Tensor) -> Tensor:
    """Several input channels, one output channel.

    X: input (ci, H, W); K: kernel (ci, h, w), in height and width not larger than X, of the same floating dtype.
    Returns Y (H - h + 1, W - w + 1), the sum over the channels, in the dtype of X. There is no bias, padding, stride or
    batch; the gradient flows to X and to K. Raises ValueError if X and K differ in their number of channels (one
    channel is not repeated for many). PyTorch's own convolutions are not allowed in this file.
    """
    # TODO: refuse a kernel with another number of channels than the input.
    # TODO: cross-correlate each channel with its slice of the kernel, and add up.
    raise NotImplementedError


def corr2d_multi_in_out(X: Tensor, K: Tensor) -> Tensor:
    """Several input channels, several output channels.

    X: input (ci, H, W); K: kernels (co, ci, h, w), in height and width not larger than X, of the same floating dtype.
    Returns Y (co, H - h + 1, W - w + 1): channel o of the output comes from kernel K[o]. Otherwise as corr2d_multi_in.
    Raises ValueError if X and K differ in their number of input channels.
    """
    # TODO: one output channel for each kernel; put them together along a new first axis.
    raise NotImplementedError


def corr2d_1x1(X: Tensor, K: Tensor) -> Tensor:
    """Several input and output channels with kernels of 1x1, as one matrix product.

    X: input (ci, H, W); K: kernels (co, ci, 1, 1), of the same floating dtype.
    Returns Y (co, H, W), equal to corr2d_multi_in_out(X, K), in the dtype of X; the gradient flows to X and to K.
    Raises ValueError if X and K differ in their number of input channels, and for kernels that are not 1x1.
    """
    # TODO: refuse kernels that do not fit.
    # TODO: multiply the (co, ci) matrix of weights with the (ci, H * W) matrix of pixels.
    raise NotImplementedError
