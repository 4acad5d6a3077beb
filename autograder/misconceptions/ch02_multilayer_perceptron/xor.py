"""What people get wrong about xor."""

import torch

from autograder.spec import misconception, reference

NOT_GENERATED = ("precision_lost",)  # -1 and +1 lose nothing in float32


@misconception
def signs_swapped(X):
    """The signs are swapped: +1 is for bits that differ, -1 for bits that are equal."""
    return -reference.xor_net(X)


@misconception
def zero_and_one(X):
    """The answers are 0 and 1. They should be -1 and +1: 2 * answer - 1."""
    return (reference.xor_net(X) + 1) / 2


@misconception
def returns_bools(X):
    """The result is a bool tensor. It should hold -1 and +1, in the dtype of X."""
    return reference.xor_net(X) > 0


@misconception
def tests_for_equality(X):
    """Only exactly 0 and 1 are known. The coordinates are noisy: compare with a threshold such as 0.5."""
    one, two = X[:, 0], X[:, 1]
    differ = ((one == 0) & (two == 1)) | ((one == 1) & (two == 0))
    return torch.where(differ, 1.0, -1.0).to(X.dtype)


@misconception
def numbers_compared(X):
    """The two coordinates are compared with each other. Two noisy ones are hardly ever equal: compare the bits that they
    stand for, X > 0.5."""
    return torch.where(X[:, 0] != X[:, 1], 1.0, -1.0).to(X.dtype)


@misconception
def truncated_to_bits(X):
    """The coordinates are cut off to whole numbers, so that 0.93 becomes 0. Round them, or compare with 0.5."""
    bits = X.long()
    return torch.where(bits[:, 0] != bits[:, 1], 1.0, -1.0).to(X.dtype)


@misconception
def product_without_thresholds(X):
    """The result is a product of distances from the two lines. Its sign is right, but it must be exactly -1 or +1:
    take the side of each line, not the distance."""
    return -(2 * X[:, 0] - 1) * (2 * X[:, 1] - 1)


@misconception
def one_line_or(X):
    """One line is taken: +1 where any bit is 1, which is OR. (1, 1) is -1; that takes a second line."""
    return torch.where(X.sum(1) > 0.5, 1.0, -1.0).to(X.dtype)


@misconception
def one_line_and(X):
    """+1 is returned where both bits are 1, which is AND. XOR is +1 where exactly one of them is."""
    return torch.where(X.sum(1) > 1.5, 1.0, -1.0).to(X.dtype)


@misconception
def one_line_nand(X):
    """One line is taken: -1 only where both bits are 1, which is NAND. (0, 0) is -1 too; that takes a second line."""
    return torch.where(X.sum(1) < 1.5, 1.0, -1.0).to(X.dtype)


@misconception
def one_bit_only(X):
    """Only the first bit decides. XOR depends on both: +1 where they differ."""
    return torch.where(X[:, 0] > 0.5, 1.0, -1.0).to(X.dtype)


@misconception
def lines_too_close(X):
    """The point is compared with the line x1 + x2 = 1 alone, within a margin that noise exceeds: x1 + x2 of bits that
    differ lies anywhere from 0.6 to 1.4. Put the lines at 0.5 and 1.5."""
    return torch.where((X.sum(1) - 1).abs() < 0.1, 1.0, -1.0).to(X.dtype)


@misconception
def with_an_axis_too_many(X):
    """The result has the shape (n, 1). It has one number for each row, (n,)."""
    return reference.xor_net(X)[:, None]


@misconception
def no_rows_make_none(X):
    """For no rows the result has the wrong shape. It is (0,) then, as it is (n,) for n rows."""
    return reference.xor_net(X) if len(X) else torch.zeros(0, 1, dtype=X.dtype)


@misconception
def almost_one(X):
    """The numbers come near -1 and +1, as a steep tanh or sigmoid makes them. They should be exact: compare, or take the
    sign in the end."""
    return -torch.tanh(20 * (X[:, 0] - 0.5) * (X[:, 1] - 0.5) * 4)


@misconception
def thresholds_from_the_batch(X):
    """The threshold comes from the other rows, as their mean does. What a point stands for depends on itself alone: compare
    with 0.5."""
    bits = X > X.mean(0)
    return torch.where(bits[:, 0] != bits[:, 1], 1.0, -1.0).to(X.dtype)
