"""What people get wrong about convolutions as dense layers."""

import torch

from autograder.misconceptions.ch07_convolution._shared import KERNEL_FLIPPED, ONLY_CONTIGUOUS
from autograder.spec import misconception, reference, slip

SUM = 'torch.einsum("ijkl,kl->ij", W, X)'
FITS = "h > height or w > width"
ROOM = "p > height or q > width"
COMPARE = "torch.equal(W, correlation_weights(K, (height, width)))"


@slip(SUM, 'torch.einsum("ijkl,kl->ij", W, X) / X.numel()')
def averages_the_pixels():
    """dense2d divides by the number of pixels. The products are added up, not averaged."""


@slip(SUM, 'torch.einsum("ijkl->ij", W) * X.sum()')
def sums_taken_apart():
    """dense2d sums weights and pixels each by themselves and multiplies the sums. Multiply each pixel with its own weight,
    then add up."""


@misconception
def one_sum_for_all(X, W):
    """dense2d adds up over the outputs too. Only the last two axes of W, those of the pixels, are summed over."""
    return reference.dense2d(X, W).sum()


@misconception
def outputs_in_a_row(X, W):
    """dense2d returns its outputs in a row, as a flat dense layer does. Bring them back to (p, q)."""
    return reference.dense2d(X, W).reshape(-1)


@misconception
def outputs_transposed(X, W):
    """dense2d returns the outputs as (q, p): the first axis of W is the first of Y."""
    return reference.dense2d(X, W).T


@slip(SUM, "(W.view(*W.shape[:2], -1) @ X.reshape(-1))", sentence=ONLY_CONTIGUOUS)
def weights_flattened_by_view(): ...


@slip("i : i + h, j : j + w] = K", "i : i + h, j : j + w] = K.flip(0, 1)", sentence=KERNEL_FLIPPED)
def kernel_flipped(): ...


@slip("[i, j, i : i + h, j : j + w] = K", "[i, j, :h, :w] = K")
def window_stands_still():
    """correlation_weights lays the kernel at the top left corner for every output. Its window moves along: it begins at row
    i and column j of the image."""


@slip(
    "[i, j, i : i + h, j : j + w] = K",
    "[i, j, rows - 1 - i : rows - 1 - i + h, columns - 1 - j : columns - 1 - j + w] = K",
)
def window_moves_backwards():
    """correlation_weights moves the window the wrong way: output (0, 0) belongs to the top left corner of the image."""


@slip("(h, w), (height, width) = K.shape, size", "(h, w), (width, height) = K.shape, size")
def size_read_as_width_and_height():
    """correlation_weights reads size as (width, height). It is (height, width), as the shape of a tensor is."""


@slip("rows, columns = height - h + 1, width - w + 1", "rows, columns = height - h, width - w")
def last_window_forgotten():
    """correlation_weights forgets the last window in each dimension: a kernel of h rows fits H - h + 1 times."""


@misconception(entry="correlation_weights")
def goes_round_the_border(K, size):
    """correlation_weights has an output for each pixel, and its windows go round the border of the image. Without padding
    there are only those (H - h + 1, W - w + 1) windows that lie wholly inside."""
    height, width = size
    first = reference.correlation_weights(K, size)[0, 0]
    turned = [first.roll((i, j), (0, 1)) for i in range(height) for j in range(width)]
    return torch.stack(turned).reshape(height, width, height, width)


@misconception(entry="correlation_weights")
def weights_in_two_axes(K, size):
    """correlation_weights returns a matrix with a row for each output. Keep the dimensions apart: (rows, columns, H, W)."""
    return reference.correlation_weights(K, size).flatten(2).flatten(0, 1)


@slip("K.new_zeros(rows, columns, height, width)", "torch.full((rows, columns, height, width), 1e-9, dtype=K.dtype)")
def almost_zero_elsewhere():
    """correlation_weights has small numbers where there is no kernel. Pixels outside of the window have no influence at
    all: their weights are exactly 0."""


@slip(f"if {FITS}:", "if h * w > height * width:")
def only_the_areas_compared():
    """correlation_weights compares the numbers of elements. A kernel of 3 x 2 does not fit into an image of 2 x 5: compare
    both sides."""


@slip((f"if {FITS}:", "if False:"))
def kernels_that_do_not_fit_taken():
    """correlation_weights does not refuse a kernel that is larger than the image. Compare the sizes and raise ValueError."""


@slip(f"K if {COMPARE} else None", "K")
def never_none():
    """kernel_of looks at the first output alone and always finds a kernel. Return None where other outputs have other weights,
    or where a weight outside of the window is not 0."""


@misconception(entry="kernel_of")
def only_sharing_looked_at(W):
    """kernel_of compares the windows, but not what is around them. Weights outside of the window have to be 0."""
    p, q, height, width = W.shape
    if p > height or q > width:
        return None
    h, w = height - p + 1, width - q + 1
    windows = [W[i, j, i : i + h, j : j + w] for i in range(p) for j in range(q)]
    return windows[0].clone() if all(torch.equal(window, windows[0]) for window in windows) else None


@misconception(entry="kernel_of")
def only_locality_looked_at(W):
    """kernel_of asks whether the weights outside of the windows are 0, but not whether the windows are alike. Every output
    needs the same kernel."""
    p, q, height, width = W.shape
    if p > height or q > width:
        return None
    h, w = height - p + 1, width - q + 1
    outside = reference.correlation_weights(torch.ones(h, w), (height, width)) == 0
    return None if W[outside].any() else W[0, 0, :h, :w].clone()


@misconception(entry="kernel_of")
def only_the_last_output_compared(W):
    """kernel_of compares the first output with the last one alone. All of them need the same kernel."""
    p, q, height, width = W.shape
    if p > height or q > width:
        return None
    K = W[0, 0, : height - p + 1, : width - q + 1].clone()
    right = reference.correlation_weights(K, (height, width))
    return K if torch.equal(W[0, 0], right[0, 0]) and torch.equal(W[-1, -1], right[-1, -1]) else None


@slip(COMPARE, "torch.allclose(W, correlation_weights(K, (height, width)))")
def nearly_is_enough():
    """kernel_of compares with a tolerance, as torch.allclose does. Here any difference counts: torch.equal compares exactly."""


@slip((f"if {ROOM}:", "if p * q > height * width:"))
def kernel_without_rows():
    """kernel_of does not look whether there is room for a kernel: with p > H or q > W it has no rows or no columns. Return None
    then."""


@misconception(entry="kernel_of")
def zeros_cut_off(W):
    """kernel_of cuts off rows and columns of the kernel that are 0. Its shape follows from that of W alone: (H - p + 1,
    W - q + 1)."""
    K = reference.kernel_of(W)
    if K is None or not K.any():
        return K
    (top, bottom), (left, right) = ((int(places.min()), int(places.max())) for places in K.nonzero().T)
    return K[top : bottom + 1, left : right + 1]


@misconception(entry="kernel_of")
def zeros_taken_for_no_kernel(W):
    """kernel_of returns None where an element of the kernel is 0. A kernel may have zeros, even nothing else."""
    K = reference.kernel_of(W)
    return K if K is not None and K.all() else None


@slip("W[0, 0, : height - p + 1, : width - q + 1].clone()", "W[0, 0, : height - p + 1, : width - q + 1]")
def part_of_the_weights_returned():
    """kernel_of returns a view: whoever changes the kernel changes W too. clone() makes a tensor of its own."""


@misconception(entry="kernel_of")
def needs_several_outputs(W):
    """kernel_of returns None where there is one output. It has nothing to share its weights with, so that any are fine: the
    kernel is as large as the image."""
    return reference.kernel_of(W) if W.shape[:2] != (1, 1) else None
