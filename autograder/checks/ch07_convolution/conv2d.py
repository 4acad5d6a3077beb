"""Checks of conv2d."""

from autograder.checks.ch07_convolution._shared import IMAGE, KERNEL, SIDES, SIZES
from autograder.spec import Exercise, normal, rows

exercise = Exercise(entry="conv2d", forbid="convolution", sizes=SIZES | dict.fromkeys(IMAGE, (5, 8)))
conv2d = exercise.call("conv2d", X=normal(*IMAGE), K=normal(*KERNEL), axes=("rows", "columns"))


@conv2d.check(points=2.5)
def convolves():
    """sums the products of each window with the kernel that runs backwards"""


@conv2d.check(
    points=1,
    cases=rows("kernel_height", 1)
    + rows("kernel_width", 1)
    + rows(SIDES, (7, 8, 3, 3), (3, 6, 3, 2), (4, 6, 4, 6), (1, 9, 1, 2)),
)
def reaches_the_borders():
    """works for square kernels, for those of one row or column, and for those as large as the input"""


keeps_the_dtype = exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
lets_gradients_through = exercise.lets_gradients_through(
    "lets gradients flow to the input and to the kernel", points=0.5
)
exercise.takes_views("works for tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone(points=0.25)

exercise.hint(
    """Write the sum down for a kernel with two elements and an input with three. Which element of the kernel meets
    the first element of the input?"""
)
exercise.hint(
    """Put a = h - 1 - a' and b = w - 1 - b' into the formula: the indices of X become those of cross-correlation, those
    of K count from the end. In both directions.""",
    helps=[convolves, reaches_the_borders],
)
exercise.hint(
    """K.flip(0, 1) is a copy of the kernel, turned by half a circle. With it, conv2d is corr2d: windows
    X[i:i+h, j:j+w], times the turned kernel, summed.""",
    helps=[convolves, reaches_the_borders],
)
exercise.hint(
    """A gradient is lost where numbers leave torch: numpy (also its flips with [::-1]), .item(), .detach(), .data.
    flip stays inside.""",
    helps=lets_gradients_through,
)
