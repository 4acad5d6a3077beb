"""The NiN block: a convolution, then a small network at every pixel.

A 1x1 convolution computes at each pixel a linear map of the channels there: it is a dense layer that all pixels
share. With two of them after an ordinary convolution, each with a ReLU, the local filter becomes a small
multilayer perceptron ("network in network"):

    H1 = relu(conv(X,  W1) + b1)     kernel_size x kernel_size, with the given stride and padding
    H2 = relu(conv(H1, W2) + b2)     1x1
    Y  = relu(conv(H2, W3) + b3)     1x1

Read: Dive into Deep Learning, section 8.3; Lin, Chen and Yan, "Network in Network" (2013).
"""

from torch import nn


def nin_block(in_channels: int, out_channels: int, kernel_size: int, stride: int, padding: int) -> nn.Module:
    """A module that maps images (n, in_channels, H, W) to (n, out_channels, H', W').

    H' = (H + 2 * padding - kernel_size) // stride + 1, and W' likewise: only the first convolution has the given
    stride and padding. There is no pooling, and training and evaluation mode do the same.
    The six parameters are registered in the order of the computation, and have their shapes from the start
    (no Lazy modules): W1 (out_channels, in_channels, kernel_size, kernel_size), b1 (out_channels,), W2 and W3
    (out_channels, out_channels, 1, 1), b2 and b3 (out_channels,). The checks load their own values into them.
    Any structure of modules will do, and nothing is forbidden.
    """
    # TODO: make the three convolutions and put a ReLU after each of them.
    # TODO: return them as one module, such as nn.Sequential.
    raise NotImplementedError
