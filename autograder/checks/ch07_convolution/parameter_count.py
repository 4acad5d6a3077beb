"""Checks of parameter_count.

Two checks alone are about biases: in the others it costs nothing to count them always, or to take no argument bias.
"""

from math import prod

import torch

from autograder.spec import Close, Exercise, OneOf, drawn, number, rows, size

exercise = Exercise(
    entry=("dense_parameters", "conv_parameters"),
    sizes=dict.fromkeys(("inputs", "outputs", "channels", "height", "width", "depth", "kernel"), (2, 12)),
)
channels, depth, height, width = size("channels"), size("depth"), size("height"), size("width")
LAYERS = rows("inputs outputs", (1, 5), (5, 1), (3, 5), (5, 3))
HUGE = drawn(lambda d: 2 * int(torch.randint(150_000_000, 160_000_000, (), generator=d.generator)) + 1)  # no float
HUGE_LAYERS = rows("num_inputs outputs", ((3, 3000, 4000), 100), (HUGE, 310_000_007), ((7, HUGE), 40_000_003))


def counted(count, *sizes, bias):
    """What is counted, also by a function that takes no bias."""
    try:
        return count(*sizes, bias=bias)
    except TypeError:
        return count(*sizes)


def added(count, *sizes):
    """What biases add."""
    return count(*sizes) - count(*sizes, bias=False)


def with_biases_or_not(want, outputs):
    """What is right in a check that is not about biases."""
    return want, want + (prod(outputs) if isinstance(outputs, tuple) else outputs)


dense_weights = OneOf(lambda want, num_outputs: with_biases_or_not(want, num_outputs))
conv_weights = OneOf(lambda want, out_channels: with_biases_or_not(want, out_channels))


@exercise.call(num_inputs=size("inputs"), num_outputs=size("outputs"), judge=dense_weights, then=number)
def dense(student, num_inputs, num_outputs):
    return counted(student.dense_parameters, num_inputs, num_outputs, bias=False)


@exercise.call(
    in_channels=size("inputs"),
    out_channels=size("outputs"),
    kernel_size=size("kernel"),
    judge=conv_weights,
    then=number,
)
def conv(student, in_channels, out_channels, kernel_size):
    return counted(student.conv_parameters, in_channels, out_channels, kernel_size, bias=False)


@dense.check(points=0.5, also=LAYERS)
def dense_counts_weights():
    """dense_parameters counts a weight for each pair of an input and an output"""


SHAPES = (channels, height, width), (depth,), (height, width), (2, 3, 4, 5)


@dense.check(points=0.5, cases=rows("num_inputs", *SHAPES))
def dense_takes_a_shape():
    """dense_parameters takes the shape of the input, as a tuple"""


@dense.check(points=0.25, cases=rows("num_outputs", *SHAPES) + rows("num_inputs num_outputs", (SHAPES[0], SHAPES[2])))
def dense_takes_a_shape_of_outputs():
    """dense_parameters takes the shape of the outputs, as a tuple"""


@dense.check(points=0.75, judge=Close(), also=LAYERS + rows("num_inputs", (height, width)))
def dense_counts_biases(student, num_inputs, num_outputs):
    """dense_parameters adds one bias for each output, unless bias=False"""
    without = student.dense_parameters(1, num_outputs, False)
    return {"added": added(student.dense_parameters, num_inputs, num_outputs), "one input, no bias": without}


@conv.check(points=0.75, also=LAYERS + rows("kernel", 1))
def conv_counts_square_kernels():
    """conv_parameters counts a square kernel for each pair of an input and an output channel"""


@conv.check(points=0.75, cases=rows("kernel_size", (height, width), (depth,), (depth, height, width), (1, width)))
def conv_takes_a_tuple():
    """conv_parameters takes kernels of one, two and three dimensions, as tuples"""


@conv.check(points=0.75, judge=Close(), also=LAYERS + rows("kernel_size", 1, (height, width), (depth,)))
def conv_counts_biases(student, in_channels, out_channels, kernel_size):
    """conv_parameters adds one bias for each output channel, unless bias=False"""
    without = student.conv_parameters(1, out_channels, 1, False)
    found = added(student.conv_parameters, in_channels, out_channels, kernel_size)
    return {"added": found, "one pixel of one channel, no bias": without}


@dense.check(points=0.25, cases=HUGE_LAYERS)
def dense_is_exact():
    """dense_parameters is exact for huge layers, and builds nothing"""


@conv.check(points=0.25, kernel_size=1, cases=rows("in_channels outputs", (HUGE, 310_000_007), (65_537, 80_001)))
def conv_is_exact():
    """conv_parameters is exact for huge layers, and builds nothing"""


returns_ints = exercise.returns_python_numbers("both return Python ints", points=0.25, name="returns_ints")

exercise.hint(
    """Draw a dense layer with three inputs and two outputs, a line for each weight. How many lines are there? How many
    more numbers does each output need for its bias?"""
)
exercise.hint(
    """An image that goes into a dense layer is flattened first: (3, 32, 32) becomes 3 * 32 * 32 inputs.""",
    helps=[dense_takes_a_shape, dense_takes_a_shape_of_outputs, dense_is_exact],
)
exercise.hint(
    """The weight of a convolutional layer has the shape (out_channels, in_channels, *kernel_size), its bias the shape
    (out_channels,). How many elements have these?""",
    helps=(conv_counts_square_kernels, conv_takes_a_tuple, conv_counts_biases),
)
exercise.hint(
    """isinstance(kernel_size, tuple) tells the two cases apart; math.prod multiplies all elements of a tuple and stays
    an exact int. A float is exact up to 2**53 only, int32 up to 2**31.""",
    helps=(conv_takes_a_tuple, dense_takes_a_shape, dense_is_exact, conv_is_exact, returns_ints),
)
