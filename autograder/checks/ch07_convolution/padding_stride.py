"""Checks of padding_stride."""

from autograder.checks.ch07_convolution._shared import IMAGE, KERNEL, SIDES, SIZES
from autograder.spec import LEFT_OUT, Exercise, normal, rows

exercise = Exercise(entry="corr2d_padded", forbid="convolution", sizes=SIZES)
padded = exercise.call(
    "corr2d_padded", X=normal(*IMAGE), K=normal(*KERNEL), padding=0, stride=1, axes=("rows", "columns")
)


@padded.check(points=1, also=rows(SIDES, (7, 5, 7, 5), (6, 4, 1, 1)), padding=LEFT_OUT, stride=LEFT_OUT)
def neither_pads_nor_skips_by_default():
    """called without padding and stride is plain cross-correlation"""


@padded.check(points=1.75, cases=rows("padding", 1, 2) + rows(f"{SIDES} padding", (5, 6, 1, 2, 3)), stride=LEFT_OUT)
def pads_with_zeros():
    """puts that many zeros on each of the four sides"""


@padded.check(
    points=2,
    cases=rows(
        f"{SIDES} stride",
        (8, 7, 2, 3, 2),  # nothing left over
        (8, 6, 3, 3, 2),  # one row, one column left over
        (9, 7, 2, 3, 3),
        (9, 8, 1, 2, 4),  # a stride larger than the kernel
        (6, 7, 3, 2, 9),  # a stride larger than the input
    ),
    padding=LEFT_OUT,
)
def moves_by_the_stride():
    """moves the window by the stride from the top left, and drops what does not fill a window at the end"""


@padded.check(
    points=1.75,
    cases=rows(f"{SIDES} padding", (8, 7, 2, 3, (1, 2)), (6, 7, 3, 2, (2, 0)))
    + rows(f"{SIDES} stride", (9, 8, 2, 4, (2, 3)), (8, 9, 3, 2, (3, 1)))
    + rows(f"{SIDES} padding stride", (7, 8, 3, 4, (0, 1), (1, 2))),
)
def takes_pairs():
    """reads a pair as (height, width), for padding and for stride"""


@padded.check(
    points=1,
    cases=rows(
        f"{SIDES} padding stride",
        (8, 9, 3, 5, 1, 2),
        (7, 8, 4, 2, 2, 3),
        (5, 6, 2, 3, 3, 2),  # windows that see nothing but zeros
        (3, 6, 5, 4, 1, 2),  # a kernel higher than the input
        (2, 4, 6, 7, 2, 1),  # the padded height
        (1, 1, 2, 3, 1, 1),
    ),
)
def combines_both():
    """pads first and strides then; the kernel may be larger than the input, if not than the padded one"""


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
exercise.lets_gradients_through("lets gradients flow to the input and to the kernel", points=0.5)
exercise.takes_views("works for tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves input and kernel unchanged", points=0.25)


@padded.refuses(
    points=0.5,
    cases=rows(f"{SIDES} padding", (4, 5, 4, 5, 0), (3, 7, 5, 2, 1), (4, 7, 5, 2, 1))  # these fit
    + rows(f"{SIDES} padding", (4, 6, 5, 2, 0), (6, 4, 2, 5, 0), (3, 7, 6, 2, 1), (7, 3, 2, 8, 2))
    + rows(f"{SIDES} padding", (3, 4, 4, 4, (0, 2)), (4, 3, 4, 4, (2, 0))),
)
def refuses_kernels_that_do_not_fit():
    """raises ValueError if and only if the kernel is larger than the padded input in a dimension"""


@padded.refuses(points=0.5, also=rows("stride", 0, -1, (0, 1), (2, 0), (1, -2)) + rows("padding", -1, (-1, 1), (2, -1)))
def refuses_settings_without_meaning():
    """raises ValueError for a stride below 1 or a padding below 0, in either dimension"""


exercise.hint(
    """Two small jobs come before the known one: make the input larger, and leave out windows. Do them one after the
    other, the padding first."""
)
exercise.hint(
    """F.pad takes its numbers from the last dimension backwards: (left, right, top, bottom). For a pair (height, width)
    the width comes first there. Or write X into the middle of X.new_zeros(...).""",
    helps=[pads_with_zeros, takes_pairs, combines_both],
)
exercise.hint(
    """Window (i, j) starts at row i * stride, column j * stride of the padded input. In Python the number of rows is
    (H + 2 * padding - h) // stride + 1: first the division, then the one.""",
    helps=[moves_by_the_stride, combines_both],
)
exercise.hint(
    """Begin with ph, pw = (padding, padding) if isinstance(padding, int) else padding, the stride likewise, and one
    raise ValueError(...) for all that is not allowed. Compare the kernel with H + 2 * ph and W + 2 * pw.""",
    helps=[takes_pairs, refuses_kernels_that_do_not_fit, refuses_settings_without_meaning],
)
