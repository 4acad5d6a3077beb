"""Cross-correlation in two dimensions: what deep learning calls a convolution.

A kernel K slides over an input X. At each place the part of X under the kernel, the window, is multiplied
by the kernel element by element, and the products are summed:

    Y[i, j] = sum over a, b of X[i + a, j + b] * K[a, b]

Read: Dive into Deep Learning, section 7.2.
"""

from torch import Tensor


def corr2d(X: Tensor, K: Tensor) -> Tensor:
    """The two-dimensional cross-correlation of X and K.

    X: input (H, W); K: kernel (h, w), not larger than X and of the same floating dtype.
    Returns Y (H - h + 1, W - w + 1), in the dtype of X. The kernel is not flipped, nothing is padded,
    and the gradient flows to X and to K. PyTorch's own convolutions are not allowed here.
    """
    # TODO: find the size of the output and make it.
    # TODO: for each place (i, j), sum the products of K and the window of X that starts at (i, j).
    raise NotImplementedError
