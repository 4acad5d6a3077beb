"""How many numbers a layer learns.

In a dense (fully connected) layer every output has one weight for each input. In a convolutional layer every pair of an
output and an input channel has a kernel, which is used at all places, so the size of the image plays no part. Either
way each output, or each output channel, may have one bias.

Read: Dive into Deep Learning, sections 7.1.1 and 7.4.
"""

from math import prod


def dense_parameters(num_inputs: int | tuple[int, ...], num_outputs: int | tuple[int, ...], bias: bool = True) -> int:
    """The number of parameters of a dense layer.

    num_inputs: how many inputs there are, or the shape of the input, as (channels, height, width), all of whose
    elements are inputs; num_outputs: how many outputs, or their shape likewise; bias: whether each output has a bias.
    Returns a Python int, exact whatever its size. Count, do not build: the layer may be far too large for memory.
    """
    # TODO: find the numbers of inputs and outputs, then count weights and biases.
    raise NotImplementedError


def conv_parameters(in_channels: int, out_channels: int, kernel_size: int | tuple[int, ...], bias: bool = True) -> int:
    """The number of parameters of a convolutional layer.

    kernel_size: an int for a square kernel in two dimensions, else one size for each dimension, such as (3,) or
    (3, 5, 5); bias: whether each output channel has a bias.
    Returns a Python int, exact whatever its size, without building the layer.
    """
    # TODO: find the number of weights of one kernel, and how many kernels there are; then the biases.
    raise NotImplementedError
