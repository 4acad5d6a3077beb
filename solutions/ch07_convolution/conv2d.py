"""Convolution as mathematics defines it, in two dimensions.

Deep learning says convolution and computes cross-correlation. The real one lets the kernel run backwards:

    Y[i, j] = sum over a, b of X[i + h - 1 - a, j + w - 1 - b] * K[a, b]

Only the "valid" part is wanted: the places where the kernel (h, w) lies wholly inside of the input.

Read: Dive into Deep Learning, sections 7.1.3 and 7.2.5.
"""

from torch import Tensor


def conv2d(X: Tensor, K: Tensor) -> Tensor:
    """The valid part of the two-dimensional convolution of X and K.

    X: input (H, W); K: kernel (h, w), not larger than X and of the same floating dtype.
    Returns Y (H - h + 1, W - w + 1), in the dtype of X. Neither X nor K is changed; the gradient flows to both.
    PyTorch's own convolutions are not allowed here.
    """
    # TODO: turn a copy of the kernel so that the sum above becomes a cross-correlation.
    # TODO: slide it over X, as in corr2d.
    ### BEGIN SOLUTION
    h, w = K.shape
    turned = K.flip(0, 1)
    windows = X.unfold(0, h, 1).unfold(1, w, 1)  # (H - h + 1, W - w + 1, h, w)
    return (windows * turned).sum(dim=(2, 3))
    ### END SOLUTION
