"""Checks of parameter_count."""

import torch

from autograder.spec import Exercise, drawn, number

exercise = Exercise(
    entry=("dense_parameters", "conv_parameters"),
    sizes=dict.fromkeys(("inputs", "outputs", "channels", "height", "width", "depth", "kernel"), (2, 12)),
)


def size(dim):
    """The size of a named dimension, as a Python int."""
    return drawn(lambda d: d.size(dim), dim)


def odd(low, high):
    """An odd Python int from low to high."""
    return drawn(lambda d: int(torch.randint(low // 2, high // 2, (), generator=d.generator)) * 2 + 1)


num_inputs, num_outputs = size("inputs"), size("outputs")
in_channels, out_channels = size("inputs"), size("outputs")
channels, depth, height, width = size("channels"), size("depth"), size("height"), size("width")


@exercise.check(
    points=0.5, cases=[{}, {"num_inputs": 1}, {"num_outputs": 1}], num_inputs=num_inputs, num_outputs=num_outputs
)
def dense_counts_weights(student, num_inputs, num_outputs):
    """dense_parameters counts a weight for each pair of an input and an output"""
    return number(student.dense_parameters(num_inputs, num_outputs, bias=False))


@exercise.check(
    points=0.75,
    cases=[{}, {"num_inputs": (depth,)}, {"num_inputs": (height, width)}, {"num_inputs": (2, 3, 4, 5)}],
    num_inputs=(channels, height, width),
    num_outputs=num_outputs,
)
def dense_takes_a_shape(student, num_inputs, num_outputs):
    """dense_parameters takes the shape of the input, as a tuple"""
    return number(student.dense_parameters(num_inputs, num_outputs, bias=False))


@exercise.check(
    points=0.75, cases=[{}, {"num_inputs": (height, width)}], num_inputs=num_inputs, num_outputs=num_outputs
)
def dense_counts_biases(student, num_inputs, num_outputs):
    """dense_parameters adds one bias for each output, unless bias=False"""
    both = student.dense_parameters(num_inputs, num_outputs)
    return {"what the bias adds": number(both - student.dense_parameters(num_inputs, num_outputs, bias=False))}


@exercise.check(
    points=0.75,
    cases=[{}, {"in_channels": 1}, {"out_channels": 1}, {"kernel_size": 1}],
    in_channels=in_channels,
    out_channels=out_channels,
    kernel_size=size("kernel"),
)
def conv_counts_square_kernels(student, in_channels, out_channels, kernel_size):
    """conv_parameters counts a square kernel for each pair of an input and an output channel"""
    return number(student.conv_parameters(in_channels, out_channels, kernel_size, bias=False))


@exercise.check(
    points=0.75,
    cases=[{}, {"kernel_size": (depth,)}, {"kernel_size": (depth, height, width)}, {"kernel_size": (1, width)}],
    in_channels=in_channels,
    out_channels=out_channels,
    kernel_size=(height, width),
)
def conv_takes_a_tuple(student, in_channels, out_channels, kernel_size):
    """conv_parameters takes kernels of one, two and three dimensions, as tuples"""
    return number(student.conv_parameters(in_channels, out_channels, kernel_size, bias=False))


@exercise.check(
    points=0.75,
    cases=[{}, {"kernel_size": (height, width)}, {"kernel_size": (depth,)}],
    in_channels=in_channels,
    out_channels=out_channels,
    kernel_size=size("kernel"),
)
def conv_counts_biases(student, in_channels, out_channels, kernel_size):
    """conv_parameters adds one bias for each output channel, unless bias=False"""
    both = student.conv_parameters(in_channels, out_channels, kernel_size)
    return {"what the bias adds": number(both - student.conv_parameters(in_channels, out_channels, kernel_size, False))}


@exercise.check(
    points=0.25,
    cases=[{}, {"num_inputs": odd(300_000_000, 320_000_000), "num_outputs": odd(300_000_000, 320_000_000)}],
    num_inputs=(3, 3000, 4000),
    num_outputs=100,
)
def dense_is_exact(student, num_inputs, num_outputs):
    """dense_parameters is exact for huge layers, and builds nothing"""
    return number(student.dense_parameters(num_inputs, num_outputs, bias=False))


@exercise.check(
    points=0.25,
    cases=[{}, {"out_channels": odd(70_001, 90_001), "in_channels": 65_537}],
    in_channels=odd(300_000_000, 320_000_000),
    out_channels=odd(300_000_000, 320_000_000),
    kernel_size=1,
)
def conv_is_exact(student, in_channels, out_channels, kernel_size):
    """conv_parameters is exact for huge layers, and builds nothing"""
    return number(student.conv_parameters(in_channels, out_channels, kernel_size, bias=False))


@exercise.check(
    points=0.25,
    needs=[dense_counts_weights, conv_counts_square_kernels],
    cases=[{}, {"bias": False}, {"num_inputs": (2, 3), "kernel_size": (3, 2)}],
    num_inputs=4,
    num_outputs=3,
    kernel_size=5,
    bias=True,
)
def returns_ints(student, num_inputs, num_outputs, kernel_size, bias):
    """both return Python ints"""
    return {
        "dense_parameters": type(student.dense_parameters(num_inputs, num_outputs, bias)).__name__,
        "conv_parameters": type(student.conv_parameters(2, num_outputs, kernel_size, bias)).__name__,
    }


exercise.hint(
    """Draw a dense layer with three inputs and two outputs, a line for each weight. How many lines are there? How many
    more numbers does each output need for its bias?"""
)
exercise.hint(
    """An image that goes into a dense layer is flattened first: (3, 32, 32) becomes 3 * 32 * 32 inputs.""",
    dense_takes_a_shape,
    dense_is_exact,
)
exercise.hint(
    """The weight of a convolutional layer has the shape (out_channels, in_channels, *kernel_size), its bias the shape
    (out_channels,). How many elements have these?""",
    conv_counts_square_kernels,
    conv_takes_a_tuple,
    conv_counts_biases,
)
exercise.hint(
    """isinstance(kernel_size, tuple) tells the two cases apart; math.prod multiplies all elements of a tuple and stays
    an exact int. A float is exact up to 2**53 only, int32 up to 2**31.""",
    conv_takes_a_tuple,
    dense_takes_a_shape,
    dense_is_exact,
    conv_is_exact,
    returns_ints,
)
