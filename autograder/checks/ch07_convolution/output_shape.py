"""Checks of output_shape."""

from autograder.spec import LEFT_OUT, Exercise, number, rows, whole

exercise = Exercise(entry=("conv_output_shape", "receptive_field"))
conv_output_shape = exercise.call(
    "conv_output_shape", n=whole(20, 40), k=whole(3, 6), padding=LEFT_OUT, stride=LEFT_OUT, then=number
)
receptive_field = exercise.call("receptive_field", layers=[(whole(2, 5), whole(2, 4))] * 3, then=number)

ALL = "n k padding stride"
STEPS = rows("n k stride", (11, 3, 2), (10, 3, 2), (11, 3, 3), (12, 3, 5), (4, 2, 9), (8, 3, 1), (9, 4, 6))
PADDED_STEPS = rows(
    ALL, (224, 7, 3, 2), (3, 2, 1, 2), (7, 3, 1, 3), (2, 5, 2, 3), (3, 7, 2, 4), (9, 4, 0, 3), (9, 4, 3, 1)
)
FITTING = rows(ALL, (2, 4, 2, 2), (4, 4, 0, 1), (2, 6, 2, 1))
TOO_LARGE = rows(ALL, (4, 9, 0, 1), (3, 5, 1, 1), (4, 9, 2, 3), (4, 5, 0, 1)) + rows("n k", (whole(2, 5), whole(6, 9)))
IMPOSSIBLE = rows("stride", 0, -1) + rows("padding", -1) + rows("k", 0, -2) + rows("n k padding", (0, 1, 2), (-1, 1, 3))


@conv_output_shape.check(points=1, also=rows("n k", (5, 2), (7, 1)))
def counts_windows():
    """conv_output_shape counts the places of the kernel, without padding and with stride 1"""


@conv_output_shape.check(points=1, also=rows("n k padding", (9, 3, 1), (8, 5, 3), (8, 4, 0)), padding=whole(1, 5))
def pads_each_side():
    """conv_output_shape adds the padding on each side"""


@conv_output_shape.check(points=1.5, also=STEPS, stride=whole(2, 5))
def steps_by_the_stride():
    """conv_output_shape moves the window by the stride and drops what does not fill a window"""


@conv_output_shape.check(points=0.5, also=PADDED_STEPS, padding=whole(1, 5), stride=whole(2, 5))
def pads_and_steps():
    """conv_output_shape takes padding and stride together"""


@conv_output_shape.check(points=0.5, also=rows("n k", (10**17 + 1, 2), (10**18 - 1, 1)), n=whole(10**16, 10**18), k=2)
def is_exact():
    """conv_output_shape is exact for n up to 10**18"""


@conv_output_shape.refuses(points=0.5, cases=FITTING + TOO_LARGE)
def refuses_large_kernels():
    """conv_output_shape raises ValueError for a kernel larger than the padded input, and only then"""


@conv_output_shape.refuses(points=0.5, also=IMPOSSIBLE, padding=0, stride=1)
def refuses_impossible_sizes():
    """conv_output_shape raises ValueError if n, k or stride is below 1 or padding below 0"""


@receptive_field.check(points=0.5, cases=rows("layers", [(whole(4, 9), 1)], [(3, 1), (3, 1)], ((7, 1), (1, 1), (4, 1))))
def spans_the_kernels():
    """receptive_field grows with each kernel, where all strides are 1"""


@receptive_field.check(
    points=1.5,
    also=rows("layers", [(3, 2)], [(3, 2), (4, 1)], [(1, 2), (2, 5)], ((7, 2), (3, 2), (3, 1), (3, 2)), [(3, 2)] * 30)
    + rows("layers", [(2, 3), (5, 2), (3, 4)], [(2, 5), (3, 1), (1, 3), (4, 1)]),
)
def strides_widen_the_view():
    """receptive_field lets each stride widen the steps of all layers after it"""


@receptive_field.check(points=0.25, needs=spans_the_kernels, layers=[])
def sees_itself():
    """receptive_field of no layers is 1"""


@receptive_field.refuses(
    points=0.25, also=rows("layers", [(3, 1), (0, 1)], [(3, 0), (2, 1)], [(-1, 1)], [(3, 1), (2, -2)], [(2, 2), (4, 0)])
)
def refuses_impossible_layers():
    """receptive_field raises ValueError for a kernel or a stride below 1"""


returns_ints = exercise.returns_python_numbers("both return Python ints", points=0.5, name="returns_ints")

exercise.hint(
    """Draw five boxes in a row and lay three fingers on the first three. How often can you move them on by one box?
    And by two? That is n = 5, k = 3, with stride 1 and 2."""
)
exercise.hint(
    """The first window needs k positions. Of the n + 2 * padding positions n + 2 * padding - k are left, and every
    further window uses up `stride` of them. How many whole windows is that?""",
    helps=[counts_windows, pads_each_side, steps_by_the_stride, pads_and_steps],
)
exercise.hint(
    """a // b rounds down and stays exact for ints of any size. a / b makes a float, which holds about 16 digits, and
    math.floor comes too late then.""",
    helps=[steps_by_the_stride, is_exact, returns_ints],
)
exercise.hint(
    """Check the arguments before you count, and leave room for what is allowed: k may be as large as n + 2 * padding,
    and so larger than n.""",
    helps=[refuses_large_kernels, refuses_impossible_sizes, refuses_impossible_layers],
)
exercise.hint(
    """Keep two numbers while you go through the layers: the span so far, 1 at first, and the distance between two
    neighbours in the layer's input, 1 at first. A layer adds (kernel - 1) * distance to the span; only then does its
    stride multiply the distance.""",
    helps=[spans_the_kernels, strides_widen_the_view, sees_itself],
)
