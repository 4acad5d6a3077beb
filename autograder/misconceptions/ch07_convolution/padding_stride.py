"""What people get wrong about padding and stride."""

from torch.nn import functional as F

from autograder.misconceptions.ch07_convolution._shared import (
    INPUT_CHANGED,
    KERNEL_FLIPPED,
    ONLY_CONTIGUOUS,
)
from autograder.spec import misconception, reference, slip


def pair(value):
    return (value, value) if isinstance(value, int) else value


@slip(("(pw, pw, ph, ph)", "(ph, ph, pw, pw)"), ("H + 2 * ph or w > W + 2 * pw", "H + 2 * pw or w > W + 2 * ph"))
def padding_pair_swapped():
    """The padding of height and width is swapped. A pair is (height, width); F.pad counts from the last dimension, the
    width."""


@slip("unfold(0, h, sh).unfold(1, w, sw)", "unfold(0, h, sw).unfold(1, w, sh)")
def stride_pair_swapped():
    """The strides of height and width are swapped: a pair is (height, width)."""


@slip("(stride, stride) if", "(stride, 1) if")
def stride_of_rows_only():
    """An int for the stride counts for the rows alone. It stands for both dimensions."""


@slip("(pw, pw, ph, ph)", "(0, 2 * pw, 0, 2 * ph)")
def padded_at_the_end_only():
    """The zeros stand below and to the right only. Padding p is p zeros on each side, above and to the left too."""


@slip("(pw, pw, ph, ph)", "(pw // 2, pw - pw // 2, ph // 2, ph - ph // 2)")
def padding_split_between_sides():
    """The padding is divided between the two sides. Here, as in PyTorch, p counts on each side, 2 p in all."""


@slip("F.pad(X, (pw, pw, ph, ph))", "F.pad(X[None, None], (pw, pw, ph, ph), mode='replicate')[0, 0]")
def border_repeated():
    """The border of the input is repeated outwards. Padding here means zeros."""


@slip("windows * K", "windows * K.flip(0, 1)", sentence=KERNEL_FLIPPED)
def kernel_flipped(): ...


@slip("h > H + 2 * ph or w > W + 2 * pw", "h > H or w > W")
def kernel_compared_with_the_bare_input():
    """The kernel is compared with X before padding. It has to fit into the padded input only."""


@slip("h > H + 2 * ph or w > W + 2 * pw", "h > H + ph or w > W + pw")
def kernel_compared_with_half_the_padding():
    """The kernel is compared with an input padded on one side. Both sides grow it: n + 2 * padding."""


@slip("h > H + 2 * ph or w > W + 2 * pw", "False")
def kernel_too_large_is_left_to_torch():
    """A kernel that does not fit is left to torch, which raises another exception. Compare the sizes and raise
    ValueError."""


@slip("h > H + 2 * ph or w > W + 2 * pw", "h > H + 2 * ph")
def one_kernel_side_unchecked():
    """Only the height of the kernel is compared with the input. Its width has to fit too."""


@slip("min(ph, pw) < 0 or ", "")
def negative_padding_crops():
    """A negative padding is let through, and F.pad crops the input by it. It should raise ValueError."""


@slip(
    (" or min(sh, sw) < 1", ""),
    ("unfold(0, h, sh).unfold(1, w, sw)", "unfold(0, h, max(sh, 1)).unfold(1, w, max(sw, 1))"),
)
def stride_below_one_unchecked():
    """A stride below 1 is not refused: with it the window would stand still or go back. It should raise ValueError."""


@slip(("min(ph, pw) < 0 or min(sh, sw) < 1", "ph < 0 or sh < 1"), ("unfold(1, w, sw)", "unfold(1, w, max(sw, 1))"))
def only_ints_checked():
    """Of a pair only the first number is checked. Both strides must be at least 1, both paddings at least 0."""


@misconception
def rounds_up(X, K, padding=0, stride=1):
    """What is left over at the end makes one more window, filled up with zeros. Only whole windows count: the division
    rounds down."""
    ph, pw = pair(padding)
    sh, sw = pair(stride)
    more = [max(-(n + 2 * p - k) % s, 0) for n, p, k, s in zip(X.shape, (ph, pw), K.shape, (sh, sw))]
    return reference.corr2d_padded(F.pad(X, (pw, pw + more[1], ph, ph + more[0])), K, 0, (sh, sw))


@misconception
def one_added_before_the_division(X, K, padding=0, stride=1):
    """The size of the output is computed as (n + 2 p - k + 1) / s: the last window is lost where it just fits. Divide
    first, then add 1."""
    Y = reference.corr2d_padded(X, K, padding, stride)
    rows, columns = ((n + 2 * p - k + 1) // s for n, p, k, s in zip(X.shape, pair(padding), K.shape, pair(stride)))
    return Y[:rows, :columns]


@misconception
def stride_shrinks_only(X, K, padding=0, stride=1):
    """The output has the right size for the stride, but its windows still start one element apart: window (i, j) starts
    at (i * stride, j * stride)."""
    rows, columns = reference.corr2d_padded(X, K, padding, stride).shape
    return reference.corr2d_padded(X, K, padding)[:rows, :columns]


@misconception
def stride_thins_out_the_input(X, K, padding=0, stride=1):
    """The stride thins out the input before the kernel sees it. The window stays whole: only the places where it starts
    are a stride apart."""
    ph, pw = pair(padding)
    sh, sw = pair(stride)
    thin = F.pad(X, (pw, pw, ph, ph))[::sh, ::sw]
    more = [max(k - n, 0) for n, k in zip(thin.shape, K.shape)]
    return reference.corr2d_padded(F.pad(thin, (0, more[1], 0, more[0])), K)


@misconception
def stride_defaults_to_the_kernel(X, K, padding=0, stride=None):
    """Without a stride the window moves by its own size, as in pooling. The default stride of a convolution is 1."""
    return reference.corr2d_padded(X, K, padding, tuple(K.shape) if stride is None else stride)


@misconception
def output_padded(X, K, padding=0, stride=1):
    """The stride is applied before the padding: zeros are put around the output. Put them around X, before anything
    else."""
    ph, pw = pair(padding)
    return F.pad(reference.corr2d_padded(X, K, 0, stride), (pw, pw, ph, ph))


@slip("windows * K", "windows * K.view(-1).view(h, w)", sentence=ONLY_CONTIGUOUS)
def kernel_in_one_row(): ...


@misconception(sentence=INPUT_CHANGED)
def kernel_changed_in_place(X, K, padding=0, stride=1):
    Y = reference.corr2d_padded(X, K, padding, stride)
    K *= Y[0, 0]
    return Y
