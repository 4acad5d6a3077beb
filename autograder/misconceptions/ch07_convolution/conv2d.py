"""What people get wrong about conv2d."""

import torch
from torch.nn import functional as F

from autograder.misconceptions.ch07_convolution._shared import PADDED_TO_SAME_SIZE
from autograder.spec import misconception, reference, slip


@slip("K.flip(0, 1)", "K")
def kernel_not_flipped():
    """The kernel is taken as it is: that is cross-correlation. Convolution reverses the kernel in both directions
    first."""


@slip("K.flip(0, 1)", "K.flip(0)")
def rows_flipped_only():
    """Only the order of the kernel's rows is reversed. Convolution reverses both directions, rows and columns."""


@slip("K.flip(0, 1)", "K.flip(1)")
def columns_flipped_only():
    """Only the order within the kernel's rows is reversed. Convolution reverses both directions, rows and columns."""


@misconception
def transposed_instead_of_flipped(X, K):
    """The kernel is transposed. To flip is to reverse the order along an axis; the kernel keeps its shape (height,
    width)."""
    return reference.conv2d(X, K.T.flip(0, 1))


@misconception
def transposed_too(X, K):
    """The kernel is flipped and transposed too: K.flip(0, 1) alone is right, the kernel keeps its shape."""
    return reference.conv2d(X, K.T)


@misconception
def full_convolution(X, K):
    """This is the full convolution, with every overlap of kernel and input. Wanted is its valid part: only places where
    the kernel lies wholly inside X."""
    h, w = K.shape
    return reference.conv2d(F.pad(X, (w - 1, w - 1, h - 1, h - 1)), K)


@misconception(sentence=PADDED_TO_SAME_SIZE)
def padded_to_same_size(X, K):
    h, w = K.shape
    return reference.conv2d(F.pad(X, ((w - 1) // 2, w // 2, (h - 1) // 2, h // 2)), K)


@misconception
def wraps_around(X, K):
    """The convolution is circular: its first rows and columns wrap around to the other end of X, as a product of two
    FFTs of the input's size does. The valid part starts h - 1 rows and w - 1 columns later."""
    h, w = K.shape
    circle = torch.fft.ifft2(torch.fft.fft2(X) * torch.fft.fft2(K, s=X.shape)).real
    return circle[: X.shape[0] - h + 1, : X.shape[1] - w + 1]


@misconception
def input_flipped_too(X, K):
    """The input is flipped too: only the kernel runs backwards, else the output comes out reversed."""
    return reference.conv2d(X.flip(0, 1), K)


@misconception
def input_flipped_instead(X, K):
    """The input is flipped instead of the kernel: then the output is right, but in reverse order."""
    return reference.conv2d(X.flip(0, 1), K.flip(0, 1))


@misconception
def kernel_changed_in_place(X, K):
    """K is flipped in place: whoever called you finds another kernel afterwards. Flip a copy: K.flip(0, 1)."""
    Y = reference.conv2d(X, K)
    K.data.copy_(K.flip(0, 1))
    return Y


@misconception
def mean_instead_of_sum(X, K):
    """The windows are averaged. Convolution sums the products and does not divide."""
    return reference.conv2d(X, K) / K.numel()
