"""Checks of conv2d."""

from autograder.spec import Exercise, gradients, normal

exercise = Exercise(
    entry="conv2d",
    forbid="convolution",
    sizes={"height": (5, 8), "width": (5, 8), "kernel_height": (2, 4), "kernel_width": (2, 4)},
    constraint=lambda height, width, kernel_height, kernel_width: height - kernel_height != width - kernel_width,
)

X = normal("height", "width")
K = normal("kernel_height", "kernel_width")


@exercise.check(points=3, axes=("rows", "columns"), X=X, K=K)
def convolves(student, X, K):
    """sums the products of each window with the kernel that runs backwards"""
    return student.conv2d(X, K)


@exercise.check(
    points=1,
    axes=("rows", "columns"),
    cases=[
        {"kernel_height": 1},
        {"kernel_width": 1},
        {"kernel_height": 3, "kernel_width": 3},
        {"height": 3, "kernel_height": 3},
        {"height": 4, "width": 6, "kernel_height": 4, "kernel_width": 6},
        {"height": 1, "width": 9, "kernel_height": 1, "kernel_width": 2},
    ],
    X=X,
    K=K,
)
def reaches_the_borders(student, X, K):
    """works for square kernels, for those of one row or column, and for those as large as the input"""
    return student.conv2d(X, K)


@exercise.check(points=0.5, dtypes=["float64"], axes=("rows", "columns"), X=X, K=K)
def keeps_the_dtype(student, X, K):
    """works in float64 too, to its full precision"""
    return student.conv2d(X, K)


@exercise.check(points=0.5, X=X, K=K)
def lets_gradients_through(student, X, K):
    """lets gradients flow to the input and to the kernel"""
    return gradients(student.conv2d, X=X, K=K)


exercise.hint(
    """Write the sum down for a kernel with two elements and an input with three. Which element of the kernel meets
    the first element of the input?"""
)
exercise.hint(
    """Put a = h - 1 - a' and b = w - 1 - b' into the formula: the indices of X become those of cross-correlation, those
    of K count from the end. In both directions.""",
    convolves,
    reaches_the_borders,
)
exercise.hint(
    """K.flip(0, 1) is a copy of the kernel, turned by half a circle. With it, conv2d is corr2d: windows
    X[i:i+h, j:j+w], times the turned kernel, summed.""",
    convolves,
    reaches_the_borders,
)
exercise.hint(
    """A gradient is lost where numbers leave torch: numpy (also its flips with [::-1]), .item(), .detach(), .data.
    flip stays inside.""",
    lets_gradients_through,
)
