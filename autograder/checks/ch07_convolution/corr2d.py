"""Checks of corr2d."""

from autograder.spec import Exercise, gradients, normal

exercise = Exercise(
    entry="corr2d",
    forbid="convolution",
    sizes={"height": (5, 8), "width": (5, 8), "kernel_height": (2, 4), "kernel_width": (2, 4)},
    constraint=lambda height, width, kernel_height, kernel_width: height - kernel_height != width - kernel_width,
)

X = normal("height", "width")
K = normal("kernel_height", "kernel_width")


@exercise.check(
    points=3.5,
    axes=("rows", "columns"),
    cases=[
        {},
        {"kernel_height": 3, "kernel_width": 3},
        {"height": 14, "width": 12, "kernel_height": 6, "kernel_width": 7},
        {"height": 44, "width": 6, "kernel_height": 3, "kernel_width": 5},
    ],
    X=X,
    K=K,
)
def sums_each_window(student, X, K):
    """sums the products of the kernel with each window of the input"""
    return student.corr2d(X, K)


@exercise.check(
    points=3,
    axes=("rows", "columns"),
    cases=[
        {"kernel_height": 1, "kernel_width": 1},
        {"kernel_height": 1},
        {"kernel_width": 1},
        {"height": 3, "kernel_height": 3},
        {"height": 4, "width": 6, "kernel_height": 4, "kernel_width": 6},
        {"height": 1, "width": 9, "kernel_height": 1, "kernel_width": 2},
    ],
    X=X,
    K=K,
)
def reaches_the_borders(student, X, K):
    """works for kernels of one row or column, and for kernels as large as the input"""
    return student.corr2d(X, K)


@exercise.check(points=0.5, axes=("rows", "columns"), X=X, K=K)
def takes_views(student, X, K):
    """works for tensors that are views of others, as X.T is"""
    return student.corr2d(X.T.contiguous().T, K.T.contiguous().T)


@exercise.check(points=1, dtypes=["float64"], axes=("rows", "columns"), X=X, K=K)
def keeps_the_dtype(student, X, K):
    """works in float64 too, to its full precision"""
    return student.corr2d(X, K)


@exercise.check(points=2, X=X, K=K)
def lets_gradients_through(student, X, K):
    """lets gradients flow to the input and to the kernel"""
    return gradients(student.corr2d, X=X, K=K)


exercise.hint(
    """How often does a window of 2 rows fit into an input of 5 rows? Put your hand over the first two rows and move
    it down: that count is the number of rows of the output."""
)
exercise.hint(
    """The window that belongs to output (i, j) starts at X[i, j] and is as large as the kernel: X[i:i+h, j:j+w].""",
    sums_each_window,
    reaches_the_borders,
)
exercise.hint(
    """Make the output with X.new_zeros(H - h + 1, W - w + 1): it takes the dtype and device of X. Then two loops:
    Y[i, j] = (X[i:i+h, j:j+w] * K).sum().""",
    sums_each_window,
)
exercise.hint(
    """A gradient is lost where numbers leave torch: float(...), .item(), .detach(), .data, numpy, torch.tensor(...)
    of computed values. Keep everything in tensors.""",
    lets_gradients_through,
)
