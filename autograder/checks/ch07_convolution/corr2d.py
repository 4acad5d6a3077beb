"""Checks of corr2d."""

from autograder.checks.ch07_convolution._shared import IMAGE, KERNEL, SIDES, SIZES
from autograder.spec import Exercise, normal, rows

exercise = Exercise(entry="corr2d", forbid="convolution", sizes=SIZES | dict.fromkeys(IMAGE, (5, 8)))
corr2d = exercise.call("corr2d", X=normal(*IMAGE), K=normal(*KERNEL), axes=("rows", "columns"))


@corr2d.check(
    points=3.5,
    also=rows(SIDES, (6, 5, 3, 3), (10, 9, 6, 7), (44, 5, 3, 5)),
)
def sums_each_window():
    """sums the products of the kernel with each window of the input"""


@corr2d.check(
    points=2.5,
    cases=rows(SIDES, (3, 4, 1, 1), (3, 6, 1, 3), (6, 4, 3, 1)) + rows(SIDES, (3, 7, 3, 2), (4, 6, 4, 6), (1, 9, 1, 2)),
)
def reaches_the_borders():
    """works for kernels of one row or column, and for kernels as large as the input"""


takes_views = exercise.takes_views("works for tensors that are views of others, as X.T is", points=0.5)
keeps_the_dtype = exercise.keeps_the_dtype("works in float64 too, to its full precision", points=1)
lets_gradients_through = exercise.lets_gradients_through("lets gradients flow to the input and to the kernel", points=2)
exercise.leaves_its_inputs_alone(points=0.5)

exercise.hint(
    """How often does a window of 2 rows fit into an input of 5 rows? Put your hand over the first two rows and move
    it down: that count is the number of rows of the output."""
)
exercise.hint(
    """The window that belongs to output (i, j) starts at X[i, j] and is as large as the kernel: X[i:i+h, j:j+w].""",
    helps=[sums_each_window, reaches_the_borders],
)
exercise.hint(
    """Make the output with X.new_zeros(H - h + 1, W - w + 1): it takes the dtype and device of X. Then two loops:
    Y[i, j] = (X[i:i+h, j:j+w] * K).sum().""",
    helps=sums_each_window,
)
exercise.hint(
    """A gradient is lost where numbers leave torch: float(...), .item(), .detach(), .data, numpy, torch.tensor(...)
    of computed values. Keep everything in tensors.""",
    helps=lets_gradients_through,
)

exercise.equivalent("another axis: 1 -> -1", "X has two axes.")
exercise.equivalent("another axis: 0 -> -2", "X has two axes.")
exercise.equivalent(
    "another filling: X.new_zeros(rows, columns) -> X.new_ones(rows, columns)", "Every element is written later."
)
