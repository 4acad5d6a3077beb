"""A convolution is a dense layer: one whose weights are shared, and zero outside of a window.

Let a dense layer keep the two dimensions of its image and of its output. Output (i, j) has a weight for each pixel:

    Y[i, j] = sum over k, l of W[i, j, k, l] * X[k, l]

Write pixel (k, l) as (i + a, j + b), so that a and b say where it lies as seen from (i, j). Two demands then make a
kernel of all these weights:

    translation invariance    W[i, j, i + a, j + b] is the same number for all i, j; call it K[a, b]
    locality                  it is 0 unless 0 <= a < h and 0 <= b < w

What is left is the cross-correlation of X and K. Here it is built as a dense layer, and found in one again.

Read: Dive into Deep Learning, section 7.1.
"""

import torch
from torch import Tensor


def dense2d(X: Tensor, W: Tensor) -> Tensor:
    """A dense layer that keeps the two dimensions of image and output; it has no bias.

    X: image (H, W), of any height and width; W: weights (p, q, H, W), of the same floating dtype.
    Returns Y (p, q), with Y[i, j] the sum over all k, l of W[i, j, k, l] * X[k, l], in the dtype of X. p and q are any
    sizes from 1 up; the gradient flows to X and to W. PyTorch's own convolutions are not allowed in this file.
    """
    # TODO: for each output, multiply its weights with the pixels, and add up.
    raise NotImplementedError


def correlation_weights(K: Tensor, size: tuple[int, int]) -> Tensor:
    """The weights of the dense layer that does what the kernel K does: dense2d(X, weights) is corr2d(X, K) for each X.

    K: kernel (h, w), floating; size: (H, W), height and width of the images. There is no padding, and the stride is 1.
    Returns a new tensor W (H - h + 1, W - w + 1, H, W) with W[i, j, i + a, j + b] = K[a, b] for all places (a, b) of
    the kernel, and exactly 0 elsewhere, in the dtype and on the device of K. The gradient flows to K; K stays as it is.
    Raises ValueError if the kernel is higher or wider than the image.
    """
    # TODO: refuse a kernel that does not fit.
    # TODO: begin with zeros, and lay the kernel at its place for each output.
    raise NotImplementedError


def kernel_of(W: Tensor) -> Tensor | None:
    """The way back: the kernel that a dense layer slides over its images, or None if it does not do so.

    W: weights (p, q, H, W), floating, any sizes from 1 up. Asked is for a kernel K of the one shape that makes p x q
    outputs of H x W pixels, (H - p + 1, W - q + 1), such that W is exactly correlation_weights(K, (H, W)): shared, one
    number for all i, j, and 0 outside of the window. Any difference counts, however small. Elements of K may be 0
    themselves, at its border or all of them, and still belong to it.
    Returns K, a new tensor in the dtype of W, which shares no memory with W; or None, also if p > H or q > W. With
    p = q = 1 there is always a kernel, as large as the image. W stays as it is; no gradient is asked for.
    """
    # TODO: which shape would the kernel have, and where does it stand if there is one?
    # TODO: does it explain all of W, the zeros too?
    raise NotImplementedError
