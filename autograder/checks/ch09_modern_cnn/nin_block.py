"""Checks of nin_block.

Where a check is not about the ReLUs, all weights and pixels are positive and no ReLU cuts anything off: who forgot
one pays for it once.
"""

import torch
from torch.nn import functional as F

from autograder.spec import OFF_GRID, Exercise, drawn, load_parameters, normal, parameter_gradients, uniform

exercise = Exercise(
    entry="nin_block",
    sizes={
        "batch": (2, 3),
        "input_channels": (2, 5),
        "output_channels": (5, 7),
        "kernel": (3, 4),
        "height": (8, 11),
        "width": (8, 11),
    },
)


def size(name):
    """The size of a dimension as a plain number, to be passed to the student's function."""
    return drawn(lambda d: d.size(name), name)


def mixed(d):
    """Parameters under which each channel is negative before its ReLU about as often as it is positive."""
    channels, out, side = d.size("input_channels"), d.size("output_channels"), d.size("kernel")
    found = []
    H = torch.randn(64, channels, side, side, generator=d.generator, dtype=torch.float64)
    for shape in ((out, channels, side, side), (out, out, 1, 1), (out, out, 1, 1)):
        weight = torch.randn(shape, generator=d.generator, dtype=torch.float64).round(decimals=2)
        Z = F.conv2d(H, weight)
        bias = OFF_GRID - Z.mean(dim=(0, 2, 3)).round(decimals=2)  # no ReLU is met at its kink
        H = F.relu(Z + bias.view(-1, 1, 1))
        found += [weight.to(d.dtype), bias.to(d.dtype)]
    return found


def positive(*dims):
    return uniform(*dims, low=0.1, high=1.0)


POSITIVE = [
    positive("output_channels", "input_channels", "kernel", "kernel"),
    positive("output_channels"),
    positive("output_channels", "output_channels", 1, 1),
    positive("output_channels"),
    positive("output_channels", "output_channels", 1, 1),
    positive("output_channels"),
]
SIZES = {"in_channels": size("input_channels"), "out_channels": size("output_channels"), "kernel_size": size("kernel")}
AXES = ("images", "channels", "rows", "columns")
X = normal("batch", "input_channels", "height", "width")
bright = positive("batch", "input_channels", "height", "width")


@exercise.check(points=4, axes=AXES, **SIZES, stride=1, padding=0, weights=drawn(mixed), X=X)
def convolves_three_times(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    """applies the convolution and two 1x1 convolutions, each followed by a ReLU"""
    net = student.nin_block(in_channels, out_channels, kernel_size, stride, padding)
    return load_parameters(net, weights).eval()(X)


@exercise.check(
    points=2,
    axes=AXES,
    cases=[
        {"stride": 1, "padding": 1, "kernel": 3},
        {"stride": 2, "padding": 0, "kernel": 3},
        {"stride": 3, "padding": 2, "kernel": 5},
        {"stride": 4, "padding": 0, "kernel": 7, "height": 11, "width": 16},
        {"stride": 1, "padding": 0, "kernel": 4, "height": 4, "width": 9},
        {"stride": 2, "padding": 1, "kernel": 1},
    ],
    **SIZES,
    stride=1,
    padding=0,
    weights=POSITIVE,
    X=bright,
)
def strides_and_pads(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    """gives kernel size, stride and padding to the first convolution only, on images that are not square"""
    net = student.nin_block(in_channels, out_channels, kernel_size, stride, padding)
    return load_parameters(net, weights).eval()(X)


@exercise.check(
    points=1,
    cases=[{}, {"batch": 1, "input_channels": 1}, {"output_channels": 1}, {"input_channels": 4, "output_channels": 4}],
    **SIZES,
    stride=1,
    padding=0,
    weights=POSITIVE,
    X=bright,
)
def does_the_same_in_both_modes(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    """does the same in training and in evaluation mode, for any number of images and channels"""
    net = load_parameters(student.nin_block(in_channels, out_channels, kernel_size, stride, padding), weights)
    other = student.nin_block(in_channels, out_channels, kernel_size, stride, padding)
    load_parameters(other, [torch.zeros_like(weight) for weight in weights])  # every block has parameters of its own
    return {"training mode": net.train()(X), "evaluation mode": net.eval()(X)}


@exercise.check(points=1.5, **SIZES, stride=1, padding=0, weights=POSITIVE, X=bright)
def lets_gradients_through(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    """lets gradients flow to the input and to all six parameters"""
    net = load_parameters(student.nin_block(in_channels, out_channels, kernel_size, stride, padding), weights)
    return parameter_gradients(net, net.eval(), X=X)


@exercise.check(points=0.5, **SIZES, stride=1, padding=0, weights=drawn(mixed), X=X)
def stops_gradients_where_a_relu_is_off(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    """lets no gradient flow where a ReLU cuts off a negative value"""
    net = load_parameters(student.nin_block(in_channels, out_channels, kernel_size, stride, padding), weights)
    return parameter_gradients(net, net.eval(), X=X)


@exercise.check(points=1, dtypes=["float64"], axes=AXES, **SIZES, stride=1, padding=0, weights=POSITIVE, X=bright)
def keeps_the_dtype(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    """works in float64 too, to its full precision, once its parameters are float64"""
    net = student.nin_block(in_channels, out_channels, kernel_size, stride, padding)
    return load_parameters(net, weights).eval()(X)


exercise.hint(
    """Three convolutions and three ReLUs, one after the other. Which of the three sees the neighbours of a pixel, and
    which only the channels of the pixel itself?"""
)
exercise.hint(
    """Only the first convolution goes from in_channels to out_channels, and only it takes kernel_size, stride and
    padding. The other two go from out_channels to out_channels with kernel_size=1, and keep the image's size.""",
    convolves_three_times,
    strides_and_pads,
)
exercise.hint(
    """A module is made in one go by nn.Sequential(nn.Conv2d(...), nn.ReLU(), ...). The last convolution has a ReLU
    too: an output is never negative.""",
    convolves_three_times,
)
exercise.hint(
    """If the parameters do not fit: print [tuple(p.shape) for p in net.parameters()]. You want three pairs of a weight
    and a bias, in the order of the computation. Two 1x1 convolutions are two layers, each with its own parameters;
    layers in a plain Python list are not registered (those in nn.Sequential or nn.ModuleList are).""",
    convolves_three_times,
    lets_gradients_through,
)
exercise.hint(
    """Dropout and batch normalisation do not belong in this block: they make training and evaluation mode differ.""",
    does_the_same_in_both_modes,
)
