"""Checks of corr1d_corr3d."""

from autograder.spec import Exercise, gradients, normal


def _outputs_differ(depth, height, width, kernel_depth, kernel_height, kernel_width):
    return len({depth - kernel_depth, height - kernel_height, width - kernel_width}) == 3


exercise = Exercise(
    entry=("corr1d", "corr3d"),
    forbid="convolution",
    sizes={
        "length": (6, 9),
        "kernel_length": (3, 4),
        **dict.fromkeys(("depth", "height", "width"), (5, 8)),
        **{f"kernel_{name}": (2, 4) for name in ("depth", "height", "width")},
    },
    constraint=_outputs_differ,
)

X1, K1 = normal("length"), normal("kernel_length")
X3 = normal("depth", "height", "width")
K3 = normal("kernel_depth", "kernel_height", "kernel_width")
PLACES = ("depth", "rows", "columns")


@exercise.check(points=2, axes=("windows",), X=X1, K=K1)
def corr1d_sums_each_window(student, X, K):
    """corr1d sums the products of the kernel with each window of the sequence"""
    return student.corr1d(X, K)


@exercise.check(
    points=0.5,
    axes=("windows",),
    cases=[
        {"kernel_length": 1},
        {"length": 5, "kernel_length": 5},
        {"length": 5, "kernel_length": 4},
        {"length": 1, "kernel_length": 1},
    ],
    X=X1,
    K=K1,
)
def corr1d_reaches_the_ends(student, X, K):
    """corr1d works for kernels of one value and for those as long as the sequence"""
    return student.corr1d(X, K)


@exercise.check(points=0.5, dtypes=["float64"], axes=("windows",), X=X1, K=K1)
def corr1d_keeps_the_dtype(student, X, K):
    """corr1d works in float64 too, to its full precision"""
    return student.corr1d(X, K)


@exercise.check(points=0.5, X=X1, K=K1)
def corr1d_lets_gradients_through(student, X, K):
    """corr1d lets gradients flow to the input and to the kernel"""
    return gradients(student.corr1d, X=X, K=K)


@exercise.check(points=3, axes=PLACES, X=X3, K=K3)
def corr3d_sums_each_block(student, X, K):
    """corr3d sums the products of the kernel with each block of the volume"""
    return student.corr3d(X, K)


@exercise.check(
    points=0.5,
    axes=PLACES,
    cases=[
        {"kernel_depth": 1},
        {"kernel_height": 1},
        {"kernel_width": 1},
        {"kernel_depth": 2, "kernel_height": 2, "kernel_width": 2},
        {"depth": 4, "height": 5, "width": 3, "kernel_depth": 4, "kernel_height": 5, "kernel_width": 3},
        {"depth": 1, "height": 1, "width": 6, "kernel_depth": 1, "kernel_height": 1, "kernel_width": 4},
    ],
    X=X3,
    K=K3,
)
def corr3d_reaches_the_borders(student, X, K):
    """corr3d works for flat and cubic kernels, and for those as large as the volume"""
    return student.corr3d(X, K)


@exercise.check(points=0.5, dtypes=["float64"], axes=PLACES, X=X3, K=K3)
def corr3d_keeps_the_dtype(student, X, K):
    """corr3d works in float64 too, to its full precision"""
    return student.corr3d(X, K)


@exercise.check(points=0.5, X=X3, K=K3)
def corr3d_lets_gradients_through(student, X, K):
    """corr3d lets gradients flow to the input and to the kernel"""
    return gradients(student.corr3d, X=X, K=K)


exercise.hint(
    """Take corr2d as you know it and strike out one dimension: that is corr1d. Add one: that is corr3d. Nothing else
    changes."""
)
exercise.hint(
    """A window of k values fits into n values n - k + 1 times; the last one ends with the last value. In three
    dimensions this holds for depth, height and width, each with its own side of the kernel.""",
    corr1d_sums_each_window,
    corr1d_reaches_the_ends,
    corr3d_sums_each_block,
    corr3d_reaches_the_borders,
)
exercise.hint(
    """The block at (i, j, m) is X[i:i+d, j:j+h, m:m+w]. It has the shape of K: multiply element by element, and sum
    over all three dimensions.""",
    corr3d_sums_each_block,
    corr3d_reaches_the_borders,
)
exercise.hint(
    """X.new_zeros(...) makes an output of the dtype and device of X. Write tensors into it, (block * K).sum() without
    .item(), and the gradient finds its way back.""",
    corr1d_keeps_the_dtype,
    corr3d_keeps_the_dtype,
    corr1d_lets_gradients_through,
    corr3d_lets_gradients_through,
)
