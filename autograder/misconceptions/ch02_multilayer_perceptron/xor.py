"""What people get wrong about xor."""

import torch

from autograder.spec import misconception, reference, slip

LINES = "X > 0.5"
RESULT = "-(sides[:, 0] * sides[:, 1]).to(X.dtype)"


@slip("return -(", "return (")
def signs_swapped():
    """The signs are swapped: +1 is for bits that differ, -1 for bits that are equal."""


@slip(RESULT, "(sides[:, 0] != sides[:, 1]).to(X.dtype)")
def zero_and_one():
    """The answers are 0 and 1. They should be -1 and +1: 2 * answer - 1."""


@slip(RESULT, "sides[:, 0] != sides[:, 1]")
def returns_bools():
    """The result is a bool tensor. It should hold -1 and +1, in the dtype of X."""


@slip(".to(X.dtype)", "")
def returns_integers():
    """The answers are whole numbers of an integer type. They should have the dtype of X: convert them with
    .to(X.dtype)."""


@slip(".to(X.dtype)", ".float()")
def always_float32():
    """The result is float32 even where X is float64. It should have the dtype of X: .to(X.dtype)."""


@slip(RESULT, "-(sides[:, :1] * sides[:, 1:]).to(X.dtype)")
def with_an_axis_too_many():
    """The result has the shape (n, 1). It has one number for each row, (n,)."""


@slip(RESULT, "-(sides[:, :1] * sides[:, 1:]).to(X.dtype).squeeze()")
def squeezed_to_nothing():
    """For a single row the result has the shape (), where (1,) is right: .squeeze() removes every axis of length 1. Name
    the axis, .squeeze(1), or take columns as X[:, 0], which have only one axis."""


@misconception
def no_rows_make_none(X):
    """For no rows the result has the wrong shape. It is (0,) then, as it is (n,) for n rows."""
    return reference.xor_net(X) if len(X) else torch.zeros(0, 1, dtype=X.dtype)


@slip(LINES, "X == 1")
def tests_for_equality():
    """Bits are recognised only where a coordinate is exactly 0 or 1, or nearly so. The coordinates are noisy: compare
    with a threshold, X > 0.5."""


@slip(LINES, "X > 0")
def positive_taken_for_the_bit_1():
    """Whatever is above 0 is taken for the bit 1. A coordinate of 0.1 stands for the bit 0: the threshold belongs in the
    middle, X > 0.5."""


@slip(LINES, "X >= 1")
def truncated_to_bits():
    """What is below 1 is taken for the bit 0, as .long() or int(...) do it, which cut 0.93 off to 0. Round, or compare
    with 0.5."""


@misconception
def numbers_compared(X):
    """The two coordinates are compared with each other. Two noisy ones are hardly ever equal: compare the bits that they
    stand for, X > 0.5."""
    return torch.where(X[:, 0] != X[:, 1], 1.0, -1.0).to(X.dtype)


@misconception
def product_without_thresholds(X):
    """The result is a product of distances from the two lines. Its sign is right, but it must be exactly -1 or +1:
    take the side of each line, not the distance."""
    return -(2 * X[:, 0] - 1) * (2 * X[:, 1] - 1)


@misconception
def difference_without_thresholds(X):
    """The result grows with the distance of the two coordinates, and is -1 or +1 for exact bits alone. Compare the
    distance with 0.5, or each coordinate."""
    return 2 * (X[:, 0] - X[:, 1]).abs() - 1


@misconception
def almost_one(X):
    """The numbers come near -1 and +1, as a steep tanh or sigmoid makes them. They should be exact: compare, or take the
    sign in the end."""
    return -torch.tanh(20 * (X[:, 0] - 0.5) * (X[:, 1] - 0.5) * 4)


@misconception
def sum_compared_with_one(X):
    """The point is compared with the line x1 + x2 = 1 alone, within a margin that noise exceeds: x1 + x2 of bits that
    differ lies anywhere from 0.6 to 1.4. Put the lines at 0.5 and 1.5."""
    return torch.where((X.sum(1) - 1).abs() < 0.1, 1.0, -1.0).to(X.dtype)


@slip(LINES, "X > X.mean(0)")
def thresholds_from_the_batch():
    """The threshold comes from the points in the batch, as their mean does. What a point stands for depends on itself
    alone: compare with 0.5."""


@slip(LINES, "X > X.median()")
def median_of_the_batch():
    """The threshold comes from the points in the batch, as their median does. What a point stands for depends on itself
    alone: compare with 0.5."""


@misconception
def one_line_or(X):
    """Only one line is drawn: the answer is +1 where at least one bit is 1, which is OR. (1, 1) is -1; that takes a second
    line."""
    return torch.where(X.sum(1) > 0.5, 1.0, -1.0).to(X.dtype)


@misconception
def one_line_and(X):
    """The answer is +1 where both bits are 1, which is AND. XOR is +1 where exactly one of them is."""
    return torch.where(X.sum(1) > 1.5, 1.0, -1.0).to(X.dtype)


@misconception
def one_line_nand(X):
    """Only one line is drawn: the answer is -1 only where both bits are 1, which is NAND. (0, 0) is -1 too; that takes a
    second line."""
    return torch.where(X.sum(1) < 1.5, 1.0, -1.0).to(X.dtype)


@misconception
def one_bit_only(X):
    """Only the first bit decides. XOR depends on both: +1 where they differ."""
    return torch.where(X[:, 0] > 0.5, 1.0, -1.0).to(X.dtype)


@misconception
def second_bit_only(X):
    """Only the second bit decides. XOR depends on both: +1 where they differ."""
    return torch.where(X[:, 1] > 0.5, 1.0, -1.0).to(X.dtype)


@misconception
def first_and_not_second(X):
    """The answer is +1 for (1, 0) alone: x1 AND NOT x2 is half of XOR. The other half is x2 AND NOT x1; the answer is +1
    where either of them holds."""
    return torch.where((X[:, 0] > 0.5) & (X[:, 1] < 0.5), 1.0, -1.0).to(X.dtype)


@misconception
def second_and_not_first(X):
    """The answer is +1 for (0, 1) alone: x2 AND NOT x1 is half of XOR. The other half is x1 AND NOT x2; the answer is +1
    where either of them holds."""
    return torch.where((X[:, 1] > 0.5) & (X[:, 0] < 0.5), 1.0, -1.0).to(X.dtype)
