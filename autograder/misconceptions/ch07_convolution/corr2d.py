"""What people get wrong about corr2d."""

import torch
from torch.nn import functional as F

from autograder.misconceptions.ch07_convolution._shared import (
    KERNEL_FLIPPED,
    KERNEL_TRANSPOSED,
    PADDED_TO_SAME_SIZE,
)
from autograder.spec import misconception, reference, slip


@misconception(sentence=KERNEL_FLIPPED)
def kernel_flipped(X, K):
    return reference.corr2d(X, K.flip(0, 1))


@misconception(sentence=KERNEL_TRANSPOSED)
def kernel_transposed(X, K):
    return reference.corr2d(X, K.T)


@misconception(sentence=PADDED_TO_SAME_SIZE)
def padded_to_same_size(X, K):
    h, w = K.shape
    return reference.corr2d(F.pad(X, ((w - 1) // 2, w // 2, (h - 1) // 2, h // 2)), K)


@misconception
def one_window_short(X, K):
    """The last row and column of windows are missing: a window of h rows fits H - h + 1 times, not H - h times."""
    return reference.corr2d(X, K)[:-1, :-1]


@misconception
def kernel_sides_swapped(X, K):
    """The height and the width of the kernel are mixed up: K has shape (height, width), as X has."""
    w, h = K.shape
    rows, columns = X.shape[0] - h + 1, X.shape[1] - w + 1
    windows = [[X[i : i + h, j : j + w] for j in range(columns)] for i in range(rows)]
    return torch.stack([torch.stack([(window * K.reshape(h, w)).sum() for window in row]) for row in windows])


@misconception
def mean_instead_of_sum(X, K):
    """The windows are averaged. Cross-correlation sums the products and does not divide."""
    return reference.corr2d(X, K) / K.numel()


@misconception
def product_of_sums(X, K):
    """Only the sum of the window and the sum of the kernel are multiplied: multiply element by element first, then
    sum."""
    return reference.corr2d(X, torch.ones_like(K)) * K.sum()


@misconception
def stored_row_by_row(X, K):
    """The windows are cut from memory as if X were stored row by row. A view, as X.T is one, is not: ask X.stride(), or
    begin with X.contiguous()."""
    (h, w), width = K.shape, X.shape[1]
    windows = X.as_strided((X.shape[0] - h + 1, width - w + 1, h, w), (width, 1, width, 1))
    return (windows * K).sum((-1, -2))


@slip(").sum()", ").sum().item()")
def gradient_cut():
    """The values are right, but no gradient arrives: .item() and float() make a Python number, which leaves the graph, as
    .detach(), numpy and torch.tensor(...) of computed values do. Keep everything in tensors."""


@slip("X.new_zeros(rows, columns)", "__import__('torch').zeros(rows, columns)")
def output_always_float32():
    """The output is float32 whatever came in: torch.zeros(...) alone makes float32. Take X.new_zeros(...) or
    dtype=X.dtype."""


@misconception
def kernel_changed_in_place(X, K):
    """The kernel that was passed in is changed. Work on a copy: K * X makes a new tensor, K.mul_(X) and K[...] = ...
    write into the caller's."""
    Y = reference.corr2d(X, K)
    K.mul_(X[: K.shape[0], : K.shape[1]])
    return Y
