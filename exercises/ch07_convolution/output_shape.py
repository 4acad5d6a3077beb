"""How large the output of a convolution or a pooling is, and how far it sees.

In one dimension a window of k positions slides over n positions with `padding` more on each side, `stride` positions
at a time. What does not fill a window at the end is dropped, so the number of windows is

    floor((n + 2 * padding - k) / stride) + 1

Layers on top of each other see further than each of them alone. The receptive field of an output element is the span
of input positions, from the first to the last, that it depends on. With kernels k_1, k_2, ... and strides s_1, s_2, ...
from the input to the output it is

    1 + sum over i of (k_i - 1) * s_1 * ... * s_(i-1)

Read: Dive into Deep Learning, sections 7.3 and 7.2.6; Dumoulin and Visin (2016), A guide to convolution arithmetic for
deep learning, section 2.
"""

from collections.abc import Sequence


def conv_output_shape(n: int, k: int, padding: int = 0, stride: int = 1) -> int:
    """The size of the output in one dimension.

    n: size of the input; k: size of the kernel; padding: positions added on each side (so twice in all);
    stride: the step from one window to the next.
    Returns a Python int, exact also for n as large as 10**18.
    Raises ValueError if n, k or stride is below 1, if padding is negative, or if k is larger than the padded input.
    """
    # TODO: refuse what makes no sense.
    # TODO: count the places of the window, without any rounding on the way.
    raise NotImplementedError


def receptive_field(layers: Sequence[tuple[int, int]]) -> int:
    """How many input positions, from the first to the last, one output element spans.

    layers: (kernel, stride) of each layer, convolution or pooling, from the input to the output; may be empty: then
    the output is the input, and the answer is 1. Padding and the size of the input play no part.
    Returns a Python int. Raises ValueError if a kernel or a stride is below 1.
    """
    # TODO: start with the one position that no layer sees.
    # TODO: go through the layers: how much does each add, and how far apart are its inputs, counted in input positions?
    raise NotImplementedError
