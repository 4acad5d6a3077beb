"""What people get wrong about pool2d."""

from torch.nn import functional as F

from autograder.misconceptions.ch07_convolution._shared import (
    INPUT_CHANGED,
    ONLY_CONTIGUOUS,
)
from autograder.spec import misconception, reference, slip

MAX_OR_MEAN = 'windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))'


@slip("(h, w) if stride is None", "(1, 1) if stride is None")
def stride_one_by_default():
    """Without a stride the windows move by 1, as in the book's pool2d. Here, as in PyTorch, they move by their own
    size."""


@slip('value=-torch.inf if mode == "max" else 0.0', "value=0.0")
def zeros_in_the_maximum():
    """The padding is 0 for the maximum: it beats all negative pixels. Pad with minus infinity, which never wins."""


@misconception
def padding_left_out_of_the_mean(X, size, mode="max", padding=0, stride=None):
    """The mean is taken over the real pixels only. The padding counts as pixels of value 0: divide by the full size of
    the window, at the border too."""
    pooled = reference.pool2d(X, size, mode, padding, stride)
    return pooled if mode == "max" else pooled / reference.pool2d(X.new_ones(X.shape), size, mode, padding, stride)


@slip('value=-torch.inf if mode == "max" else 0.0', "value=-torch.inf")
def infinite_mean():
    """Minus infinity is in the mean: whatever touches the padding becomes infinite. For the mean pad with 0."""


@slip("windows.mean(", "windows.sum(")
def sum_instead_of_mean():
    """The windows are summed, not averaged: divide by the number of pixels in a window."""


@slip(MAX_OR_MEAN, "windows.amax((-2, -1))")
def always_maximum():
    """The maximum is taken whatever the mode: with "avg" it is the mean of each window."""


@slip("windows.amax((-2, -1))", "windows.amax((-2, -1)).clamp(min=0)")
def maximum_starts_at_zero():
    """No result is below 0: the search for the maximum starts at 0, which beats all negative pixels. Start with minus
    infinity or with the first pixel of the window."""


@misconception
def pairs_swapped(X, size, mode="max", padding=0, stride=None):
    """Pairs are read as (width, height). In size, padding and stride the height comes first, as in shapes."""

    def turned(value):
        return value[::-1] if isinstance(value, tuple) else value

    return reference.pool2d(X, turned(size), mode, turned(padding), turned(stride))


@slip("(q, q, p, p)", "(p, p, q, q)")
def padding_sides_swapped():
    """The padding of the height went to the width. F.pad takes (left, right, top, bottom): it begins with the last
    dimension."""


@slip("(q, q, p, p)", "(q, 0, p, 0)")
def padded_once():
    """The padding is put at one side only. It comes on each side: above and below, left and right."""


@slip("(q, q, p, p)", "(0, 0, 0, 0)")
def padding_ignored():
    """The padding is left out: the output should grow with it."""


@misconception
def incomplete_windows_kept(X, size, mode="max", padding=0, stride=None):
    """A window that sticks out at the end gives a value too. What does not fill a window is dropped: round the number
    of windows down."""
    (h, w), (p, q) = reference._pair(size), reference._pair(padding)
    s, t = (h, w) if stride is None else reference._pair(stride)
    more = [-(n + 2 * pad - k) % step for n, k, pad, step in zip(X.shape[-2:], (h, w), (p, q), (s, t))]
    if mode == "max":
        filled = F.pad(X, (0, more[1], 0, more[0]), value=float("-inf"))
        return reference.pool2d(filled, size, mode, padding, stride)
    ones = F.pad(X.new_ones(X.shape), (q, q + more[1], p, p + more[0]))
    ones[..., : X.shape[-2] + 2 * p, : X.shape[-1] + 2 * q] = 1
    zeros = F.pad(X, (0, more[1], 0, more[0]))
    return reference.pool2d(zeros, size, mode, padding, stride) / reference.pool2d(ones, (h, w), mode, 0, (s, t))


@slip("(h, w) if stride is None else _pair(stride)", "(h, w)")
def always_side_by_side():
    """The stride is left out: the windows always lie side by side."""


@misconception
def planes_merged(X, size, mode="max", padding=0, stride=None):
    """The dimensions in front are pooled as well, or lost. Each plane (H, W) has an output of its own, and the shape in
    front stays."""
    pooled = reference.pool2d(X, size, mode, padding, stride)
    front = tuple(range(pooled.dim() - 2))
    if not front:
        return pooled
    return pooled.amax(front) if mode == "max" else pooled.mean(front)


@misconception
def planes_in_one_row(X, size, mode="max", padding=0, stride=None):
    """The dimensions in front come out as a single one: give them back their shape at the end."""
    pooled = reference.pool2d(X, size, mode, padding, stride)
    return pooled.flatten(0, -3) if pooled.dim() > 2 else pooled


@misconception(sentence=ONLY_CONTIGUOUS)
def planes_joined_by_view(X, size, mode="max", padding=0, stride=None):
    pooled = reference.pool2d(X.view(-1, *X.shape[-2:]), size, mode, padding, stride)
    return pooled.reshape(*X.shape[:-2], *pooled.shape[-2:])


@misconception(sentence=INPUT_CHANGED)
def window_changed_in_place(X, size, mode="max", padding=0, stride=None):
    pooled = reference.pool2d(X, size, mode, padding, stride)
    if mode == "avg":
        X /= X.numel()
    return pooled


@slip('mode not in ("max", "avg") or ', "")
def any_mode_goes():
    """Any other mode is taken for one of the two. A misspelt mode should be seen: raise ValueError unless it is "max"
    or "avg"."""


@slip("2 * pad > k or k", "k")
def windows_of_padding_allowed():
    """A padding of more than half the window is allowed: such a window may see nothing but padding, and its maximum is
    minus infinity. Raise ValueError where 2 * padding > size."""


@slip("k > n + 2 * pad:", "k >= n + 2 * pad:")
def full_size_refused():
    """A window as large as the padded input is refused. It fits, in exactly one place."""
