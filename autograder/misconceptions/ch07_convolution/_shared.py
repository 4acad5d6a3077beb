"""Sentences that misconceptions about convolution share."""

PADDED_TO_SAME_SIZE = (
    "The output has the size of the input: zeros were added around X. Without padding only windows that lie "
    "wholly inside X count."
)

KERNEL_FLIPPED = "The kernel is flipped: that is convolution as mathematics has it. Cross-correlation takes K as it is."

KERNEL_TRANSPOSED = "The kernel is transposed: its rows go along the rows of X, its columns along the columns."

ONLY_CONTIGUOUS = (
    "An input that is a view, as X.T is one, raises RuntimeError: .view(...) needs numbers that lie in one row in memory. "
    "Take .reshape(...), which copies them where it must."
)

INPUT_CHANGED = (
    "What was passed in is changed: whoever called finds other numbers in it afterwards. Work on a copy: X * K makes a new "
    "tensor, X.mul_(K), X *= K and X[...] = ... write into the caller's."
)
