"""Pooling: each window of an image gives one number, its maximum or its mean.

Pooling makes images smaller and less sensitive to where exactly something is. A window of size (h, w) slides over each
plane with a stride, as in a convolution, but there is nothing to learn. With size k, padding p and stride s there are,
in one dimension of n pixels,

    floor((n + 2p - k) / s) + 1

windows. Padding stands for "nothing here": it counts as minus infinity for the maximum, and as 0 for the mean, whose
divisor is always the size of the window. Unless told otherwise windows do not overlap: the stride is the window's size,
as in PyTorch (the pool2d of the book has stride 1).

Read: Dive into Deep Learning, section 7.5; the documentation of torch.nn.MaxPool2d and torch.nn.AvgPool2d.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def pool2d(
    X: Tensor,
    size: int | tuple[int, int],
    mode: str = "max",
    padding: int | tuple[int, int] = 0,
    stride: int | tuple[int, int] | None = None,
) -> Tensor:
    """Pools each plane of X alone.

    X: (..., H, W), floating, with any number of dimensions in front: none, channels, batch and channels.
    size, padding, stride: an int for both dimensions, or (height, width); stride None stands for the size.
    mode: "max" or "avg". padding: so much on each side, minus infinity for "max", 0 for "avg".
    Returns (..., floor((H + 2p - h) / s) + 1, the same of W), in the dtype of X; gradients flow to X.
    Raises ValueError for another mode, a size or stride below 1, a negative padding, and, in either dimension, for
    2 * padding > size (a window would see only padding) or size > n + 2 * padding (no window fits).
    PyTorch's own poolings and convolutions are not allowed here; F.pad and unfold are.
    """
    # TODO: make pairs of size, padding and stride, and refuse what makes no sense.
    # TODO: pad the two last dimensions of X with what the mode asks for.
    # TODO: take the maximum or the mean of each window.
    raise NotImplementedError


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    """(height, width) of what may be one int for both."""
    return (value, value) if isinstance(value, int) else value
