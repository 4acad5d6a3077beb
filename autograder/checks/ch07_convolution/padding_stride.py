"""Checks of padding_stride."""

from autograder.spec import Exercise, error_of, gradients, normal

exercise = Exercise(
    entry="corr2d_padded",
    forbid="convolution",
    sizes={"height": (6, 9), "width": (6, 9), "kernel_height": (2, 4), "kernel_width": (2, 4)},
    constraint=lambda height, width, kernel_height, kernel_width: height - kernel_height != width - kernel_width,
)

X = normal("height", "width")
K = normal("kernel_height", "kernel_width")
OUTPUT = ("rows", "columns")


def sizes(height, width, kernel_height, kernel_width, **settings):
    """A case with all sizes given."""
    return dict(height=height, width=width, kernel_height=kernel_height, kernel_width=kernel_width, **settings)


@exercise.check(points=1, axes=OUTPUT, cases=[{}, sizes(7, 5, 7, 5), sizes(6, 4, 1, 1)], X=X, K=K)
def neither_pads_nor_skips_by_default(student, X, K):
    """called without padding and stride is plain cross-correlation"""
    return student.corr2d_padded(X, K)


@exercise.check(points=2, axes=OUTPUT, cases=[{}, {"padding": 2}, sizes(5, 6, 1, 2, padding=3)], X=X, K=K, padding=1)
def pads_with_zeros(student, X, K, padding):
    """puts so many zeros on each of the four sides"""
    return student.corr2d_padded(X, K, padding, 1)


@exercise.check(
    points=2,
    axes=OUTPUT,
    cases=[
        sizes(8, 7, 2, 3, stride=2),  # nothing left over
        sizes(8, 6, 3, 3, stride=2),  # one row, one column left over
        sizes(9, 7, 2, 3, stride=3),
        sizes(9, 8, 1, 2, stride=4),  # a stride larger than the kernel
        sizes(6, 7, 3, 2, stride=9),  # a stride larger than the input
    ],
    X=X,
    K=K,
    stride=2,
)
def moves_by_the_stride(student, X, K, stride):
    """moves the window by the stride from the top left, and drops what does not fill a window at the end"""
    return student.corr2d_padded(X, K, 0, stride)


@exercise.check(
    points=2,
    axes=OUTPUT,
    cases=[
        sizes(8, 7, 2, 3, padding=(1, 2), stride=1),
        sizes(6, 7, 3, 2, padding=(2, 0), stride=1),
        sizes(9, 8, 2, 4, padding=0, stride=(2, 3)),
        sizes(8, 9, 3, 2, padding=0, stride=(3, 1)),
        sizes(7, 8, 3, 4, padding=(0, 1), stride=(1, 2)),
    ],
    X=X,
    K=K,
    padding=(1, 2),
    stride=(1, 1),
)
def takes_pairs(student, X, K, padding, stride):
    """reads a pair as (height, width), for padding and for stride"""
    return student.corr2d_padded(X, K, padding, stride)


@exercise.check(
    points=1,
    axes=OUTPUT,
    cases=[
        sizes(8, 9, 3, 5, padding=1, stride=2),
        sizes(7, 8, 4, 2, padding=2, stride=3),
        sizes(5, 6, 2, 3, padding=3, stride=2),  # windows that see nothing but zeros
        sizes(3, 6, 5, 4, padding=1, stride=2),  # a kernel higher than the input
        sizes(2, 4, 6, 7, padding=2, stride=1),  # the padded height
        sizes(1, 1, 2, 3, padding=1, stride=1),
    ],
    X=X,
    K=K,
    padding=1,
    stride=2,
)
def combines_both(student, X, K, padding, stride):
    """pads first and strides then; the kernel may be larger than the input, if not than the padded one"""
    return student.corr2d_padded(X, K, padding=padding, stride=stride)


@exercise.check(points=0.5, dtypes=["float64"], axes=OUTPUT, X=X, K=K)
def keeps_the_dtype(student, X, K):
    """works in float64 too, to its full precision"""
    return student.corr2d_padded(X, K, 1, 1)


@exercise.check(points=0.5, X=X, K=K)
def lets_gradients_through(student, X, K):
    """lets gradients flow to the input and to the kernel"""
    return gradients(lambda X, K: student.corr2d_padded(X, K, 1, 1), X=X, K=K)


@exercise.check(
    points=0.5,
    cases=[
        sizes(4, 5, 4, 5, padding=0),  # just fits
        sizes(4, 6, 5, 2, padding=0),
        sizes(6, 4, 2, 5, padding=0),
        sizes(3, 7, 5, 2, padding=1),  # just fits
        sizes(4, 7, 5, 2, padding=1),
        sizes(3, 7, 6, 2, padding=1),
        sizes(7, 3, 2, 8, padding=2),
        sizes(3, 4, 4, 4, padding=(0, 2)),
        sizes(4, 3, 4, 4, padding=(2, 0)),
    ],
    X=X,
    K=K,
    padding=0,
)
def refuses_kernels_that_do_not_fit(student, X, K, padding):
    """raises ValueError if and only if the kernel is larger than the padded input in a dimension"""
    return error_of(ValueError, student.corr2d_padded, X, K, padding)


@exercise.check(
    points=0.5,
    cases=[
        {},
        {"stride": 0},
        {"stride": -1},
        {"stride": (0, 1)},
        {"stride": (2, 0)},
        {"stride": (1, -2)},
        {"padding": -1},
        {"padding": (-1, 1)},
        {"padding": (2, -1)},
    ],
    X=X,
    K=K,
    padding=(0, 0),
    stride=(1, 1),
)
def refuses_settings_without_meaning(student, X, K, padding, stride):
    """raises ValueError for a stride below 1 or a padding below 0, in either dimension"""
    return error_of(ValueError, student.corr2d_padded, X, K, padding, stride)


exercise.hint(
    """Two small jobs come before the known one: make the input larger, and leave out windows. Do them one after the
    other, the padding first."""
)
exercise.hint(
    """F.pad takes its numbers from the last dimension backwards: (left, right, top, bottom). For a pair (height, width)
    the width comes first there. Or write X into the middle of X.new_zeros(...).""",
    pads_with_zeros,
    takes_pairs,
    combines_both,
)
exercise.hint(
    """Window (i, j) starts at row i * stride, column j * stride of the padded input. In Python the number of rows is
    (H + 2 * padding - h) // stride + 1: first the division, then the one.""",
    moves_by_the_stride,
    combines_both,
)
exercise.hint(
    """Begin with ph, pw = (padding, padding) if isinstance(padding, int) else padding, the stride likewise, and one
    raise ValueError(...) for all that is not allowed. Compare the kernel with H + 2 * ph and W + 2 * pw.""",
    takes_pairs,
    refuses_kernels_that_do_not_fit,
    refuses_settings_without_meaning,
)
