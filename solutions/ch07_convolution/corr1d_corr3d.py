"""Cross-correlation of sequences and of volumes.

What slides over an image slides over a sequence of n values, and over a volume of depth, height and
width (a film, a scan):

    one dimension:     Y[i]       = sum over a of       X[i + a] * K[a]
    three dimensions:  Y[i, j, m] = sum over a, b, c of X[i + a, j + b, m + c] * K[a, b, c]

Read: Dive into Deep Learning, section 7.2 and its exercise on other numbers of dimensions.
"""

import torch
from torch import Tensor


def corr1d(X: Tensor, K: Tensor) -> Tensor:
    """The one-dimensional cross-correlation of X and K.

    X: input (n,); K: kernel (k,), not longer than X and of the same floating dtype.
    Returns Y (n - k + 1,), in the dtype of X. The kernel is not flipped, nothing is padded, and the gradient flows
    to X and to K. PyTorch's own convolutions (and NumPy's) are not allowed here.
    """
    # TODO: find out how many windows of k values fit into X.
    # TODO: sum the products of K and each window.
    ### BEGIN SOLUTION
    k = len(K)
    return torch.stack([(X[i : i + k] * K).sum() for i in range(len(X) - k + 1)])
    ### END SOLUTION


def corr3d(X: Tensor, K: Tensor) -> Tensor:
    """The three-dimensional cross-correlation of X and K.

    X: input (D, H, W); K: kernel (d, h, w), in no dimension larger than X and of the same floating dtype.
    Returns Y (D - d + 1, H - h + 1, W - w + 1), in the dtype of X. The kernel is not flipped, nothing is padded,
    and the gradient flows to X and to K. PyTorch's own convolutions are not allowed here.
    """
    # TODO: make an output of the right size in all three dimensions.
    # TODO: sum the products of K and the block of X that starts at (i, j, m).
    ### BEGIN SOLUTION
    d, h, w = K.shape
    D, H, W = X.shape
    Y = X.new_zeros(D - d + 1, H - h + 1, W - w + 1)
    for i in range(D - d + 1):
        for j in range(H - h + 1):
            for m in range(W - w + 1):
                Y[i, j, m] = (X[i : i + d, j : j + h, m : m + w] * K).sum()
    return Y
    ### END SOLUTION
