"""Checks of output_shape."""

import torch

from autograder.spec import Exercise, drawn, error_of, number

exercise = Exercise(entry=("conv_output_shape", "receptive_field"))


def between(low, high):
    """A Python int from low to high, both included."""
    return drawn(lambda d: int(torch.randint(low, high + 1, (), generator=d.generator)))


n, k, padding, stride = between(20, 40), between(3, 6), between(1, 5), between(2, 5)


@exercise.check(points=1, cases=[{}, {"n": 5, "k": 2}, {"n": 7, "k": 1}], n=n, k=k)
def counts_windows(student, n, k):
    """conv_output_shape counts the places of the kernel, without padding and with stride 1"""
    return number(student.conv_output_shape(n, k))


@exercise.check(
    points=1, cases=[{}, {"n": 9, "k": 3, "padding": 1}, {"n": 8, "k": 5, "padding": 3}], n=n, k=k, padding=padding
)
def pads_each_side(student, n, k, padding):
    """conv_output_shape adds the padding on each side"""
    return number(student.conv_output_shape(n, k, padding))


@exercise.check(
    points=1.5,
    cases=[
        {"n": 11, "k": 3, "stride": 2},
        {"n": 10, "k": 3, "stride": 2},
        {"n": 11, "k": 3, "stride": 3},
        {"n": 12, "k": 3, "stride": 5},
        {"n": 4, "k": 2, "stride": 9},
        {},
    ],
    n=n,
    k=k,
    stride=stride,
)
def steps_by_the_stride(student, n, k, stride):
    """conv_output_shape moves the window by the stride and drops what does not fill a window"""
    return number(student.conv_output_shape(n, k, stride=stride))


@exercise.check(
    points=0.5,
    cases=[
        {"n": 224, "k": 7, "padding": 3, "stride": 2},
        {"n": 3, "k": 2, "padding": 1, "stride": 2},
        {"n": 7, "k": 3, "padding": 1, "stride": 3},
        {"n": 2, "k": 5, "padding": 2, "stride": 3},
        {"n": 3, "k": 7, "padding": 2, "stride": 4},
        {},
        {},
    ],
    n=n,
    k=k,
    padding=padding,
    stride=stride,
)
def pads_and_steps(student, n, k, padding, stride):
    """conv_output_shape takes padding and stride together"""
    return number(student.conv_output_shape(n, k, padding, stride))


@exercise.check(
    points=0.5, cases=[{}, {"n": 10**17 + 1, "k": 2}, {"n": 10**18 - 1, "k": 1}], n=between(10**16, 10**18), k=2
)
def is_exact(student, n, k):
    """conv_output_shape is exact for n up to 10**18"""
    return number(student.conv_output_shape(n, k))


@exercise.check(
    points=0.5,
    needs=counts_windows,
    cases=[
        {},
        {"n": 3, "k": 5, "padding": 1},
        {"n": 4, "k": 9, "padding": 2, "stride": 3},
        {"n": 2, "k": 4, "padding": 2, "stride": 2},
        {"n": 4, "k": 5},
        {"n": 4, "k": 4},
    ],
    n=4,
    k=9,
    padding=0,
    stride=1,
)
def refuses_large_kernels(student, n, k, padding, stride):
    """conv_output_shape raises ValueError for a kernel larger than the padded input, and only then"""
    return error_of(ValueError, student.conv_output_shape, n, k, padding, stride)


@exercise.check(
    points=0.5,
    needs=counts_windows,
    cases=[
        {"stride": 0},
        {"stride": -1},
        {"padding": -1},
        {"k": 0},
        {"k": -2},
        {"n": 0, "k": 1, "padding": 2},
        {"n": -1, "k": 1, "padding": 3},
    ],
    n=7,
    k=3,
    padding=0,
    stride=1,
)
def refuses_impossible_sizes(student, n, k, padding, stride):
    """conv_output_shape raises ValueError if n, k or stride is below 1 or padding below 0"""
    return error_of(ValueError, student.conv_output_shape, n, k, padding, stride)


@exercise.check(
    points=0.5,
    cases=[{}, {"layers": [(3, 1), (3, 1)]}, {"layers": ((7, 1), (1, 1), (4, 1))}],
    layers=[(between(4, 9), 1)],
)
def spans_the_kernels(student, layers):
    """receptive_field grows with each kernel, where all strides are 1"""
    return number(student.receptive_field(layers))


@exercise.check(
    points=1.5,
    cases=[
        {"layers": [(3, 2)]},
        {"layers": [(3, 2), (4, 1)]},
        {"layers": [(2, 3), (5, 2), (3, 4)]},
        {"layers": [(1, 2), (2, 5)]},
        {"layers": ((7, 2), (3, 2), (3, 1), (3, 2))},
        {"layers": [(3, 2)] * 20},
        {},
    ],
    layers=[(between(2, 5), between(2, 4)), (between(2, 5), between(2, 4)), (between(2, 5), between(2, 4))],
)
def strides_widen_the_view(student, layers):
    """receptive_field lets each stride widen the steps of all layers after it"""
    return number(student.receptive_field(layers))


@exercise.check(points=0.25, needs=spans_the_kernels, layers=[])
def sees_itself(student, layers):
    """receptive_field of no layers is 1"""
    return number(student.receptive_field(layers))


@exercise.check(
    points=0.25,
    needs=spans_the_kernels,
    cases=[{}, {"layers": [(3, 0), (2, 1)]}, {"layers": [(-1, 1)]}, {"layers": [(3, 1), (2, -2)]}],
    layers=[(3, 1), (0, 1)],
)
def refuses_impossible_layers(student, layers):
    """receptive_field raises ValueError for a kernel or a stride below 1"""
    return error_of(ValueError, student.receptive_field, layers)


@exercise.check(points=0.5, needs=[counts_windows, spans_the_kernels], n=17, k=4, layers=[(4, 2), (3, 2)])
def returns_ints(student, n, k, layers):
    """both return Python ints"""
    return {
        "conv_output_shape": type(student.conv_output_shape(n, k)).__name__,
        "receptive_field": type(student.receptive_field(layers)).__name__,
    }


exercise.hint(
    """Draw five boxes in a row and lay three fingers on the first three. How often can you move them on by one box?
    And by two? That is n = 5, k = 3, with stride 1 and 2."""
)
exercise.hint(
    """The first window needs k positions. Of the n + 2 * padding positions n + 2 * padding - k are left, and every
    further window uses up `stride` of them. How many whole windows is that?""",
    counts_windows,
    pads_each_side,
    steps_by_the_stride,
    pads_and_steps,
)
exercise.hint(
    """a // b rounds down and stays exact for ints of any size. a / b makes a float, which holds about 16 digits, and
    math.floor comes too late then.""",
    steps_by_the_stride,
    is_exact,
    returns_ints,
)
exercise.hint(
    """Check the arguments before you count, and leave room for what is allowed: k may be as large as n + 2 * padding,
    and so larger than n.""",
    refuses_large_kernels,
    refuses_impossible_sizes,
    refuses_impossible_layers,
)
exercise.hint(
    """Keep two numbers while you go through the layers: the span so far, 1 at first, and the distance between two
    neighbours in the layer's input, 1 at first. A layer adds (kernel - 1) * distance to the span; only then does its
    stride multiply the distance.""",
    spans_the_kernels,
    strides_widen_the_view,
    sees_itself,
)
