"""Cross-correlation with padding and stride.

Two settings decide how large the output is. Padding puts p zeros on each side of the input, so that its border is
seen as often as its middle. Stride moves the window on by s elements at a time, and makes the output smaller. For an
input of n elements and a kernel of k, in each of the two dimensions,

    floor((n + 2 p - k) / s) + 1

windows fit. The first starts at the top left of the padded input; what is left over at the end is not looked at.

Read: Dive into Deep Learning, section 7.3.
"""

from torch import Tensor
from torch.nn import functional as F


def corr2d_padded(
    X: Tensor, K: Tensor, padding: int | tuple[int, int] = 0, stride: int | tuple[int, int] = 1
) -> Tensor:
    """The two-dimensional cross-correlation of X and K, with padding and stride.

    X: input (H, W); K: kernel (h, w), of the same floating dtype; it may be larger than X, but not than the padded X.
    padding, stride: an int for both dimensions, or a pair (height, width). Padding is counted on each side.
    Returns Y, its sizes as above, in the dtype of X. The kernel is not flipped; the gradient flows to X and to K.
    Raises ValueError if the kernel is larger than the padded input in a dimension, for a stride below 1
    and for a padding below 0. PyTorch's own convolutions are not allowed here, F.pad is.
    """
    # TODO: make pairs of padding and stride, and refuse what makes no sense.
    # TODO: put zeros around X.
    # TODO: sum the products of K and each window; windows start a stride apart.
    raise NotImplementedError
