"""Checks of nin_block.

Where a check is not about the ReLUs, all weights and pixels are positive and no ReLU cuts anything off: who forgot
one pays for it once.
"""

import torch
from torch.nn import functional as F

from autograder.checks.ch09_modern_cnn._shared import awake
from autograder.spec import OFF_GRID, Exercise, drawn, load_parameters, normal, rows, size, uniform

SIZES = {"input_channels": (2, 5), "output_channels": (5, 7), "kernel": (3, 4), "height": (8, 11), "width": (8, 11)}
exercise = Exercise(entry="nin_block", sizes={"batch": (2, 3), **SIZES})
IMAGES = ("batch", "input_channels", "height", "width")


def shapes(d):
    """The shapes of the three weights."""
    channels, out, side = d.size("input_channels"), d.size("output_channels"), d.size("kernel")
    return (out, channels, side, side), (out, out, 1, 1), (out, out, 1, 1)


def mixed(d):
    """Parameters under which each channel is negative before its ReLU about as often as it is positive."""
    found = []
    H = torch.randn(64, *shapes(d)[0][1:], generator=d.generator, dtype=torch.float64)
    for shape in shapes(d):
        weight = torch.randn(shape, generator=d.generator, dtype=torch.float64).round(decimals=2)
        Z = F.conv2d(H, weight)
        bias = OFF_GRID - Z.mean(dim=(0, 2, 3)).round(decimals=2)  # no ReLU is met at its kink
        H = F.relu(Z + bias.view(-1, 1, 1))
        found += [weight.to(d.dtype), bias.to(d.dtype)]
    return found


def positive(d):
    """Positive parameters. The two 1x1 convolutions have the same: which was made first is not these checks' matter."""
    first, other, _ = ((shape, shape[:1]) for shape in shapes(d))
    found = [torch.rand(s, generator=d.generator, dtype=torch.float64) for s in (*first, *other)]
    found = [(0.1 + 0.9 * p).round(decimals=2).to(d.dtype) for p in found]
    return [*found, *found[2:]]


def loaded(net, weights, X):
    return load_parameters(awake(net, X), weights)


@exercise.call(
    in_channels=size("input_channels"),
    out_channels=size("output_channels"),
    kernel_size=size("kernel"),
    stride=1,
    padding=0,
    weights=drawn(positive),
    X=uniform(*IMAGES, low=0.1, high=1.0),
    axes=("images", "channels", "rows", "columns"),
)
def nin_block(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    net = student.nin_block(in_channels, out_channels, kernel_size, stride, padding)
    return loaded(net, weights, X).eval()(X)


@nin_block.check(points=3.5, cases=rows("kernel", 3, 4), weights=drawn(mixed), X=normal(*IMAGES))
def convolves_three_times():
    """applies the convolution and two 1x1 convolutions, each followed by a ReLU"""


@nin_block.check(
    points=2,
    cases=rows("stride padding kernel", (2, 0, 3), (3, 2, 5), (2, 1, 1))
    + rows("stride padding kernel height width", (4, 0, 7, 11, 16), (1, 0, 4, 4, 9))
    + rows("padding kernel input_channels output_channels", (1, 3, 4, 4)),
)
def strides_and_pads():
    """gives kernel size, stride and padding to the first convolution only, on images that are not square"""


@nin_block.check(
    points=1,
    also=rows("batch input_channels", (1, 1))
    + rows("output_channels", 1)
    + rows("input_channels output_channels", (4, 4)),
)
def does_the_same_in_both_modes(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    """does the same in training and in evaluation mode, for any number of images and channels"""
    net = loaded(student.nin_block(in_channels, out_channels, kernel_size, stride, padding), weights, X)
    other = student.nin_block(in_channels, out_channels, kernel_size, stride, padding)
    loaded(other, [torch.zeros_like(weight) for weight in weights], X)  # every block has parameters of its own
    same = X.clone()  # whatever becomes of X in training mode
    return {"training mode": net.train()(X), "evaluation mode": net.eval()(same)}


@nin_block.check(points=0.25)
def has_its_parameters_from_the_start(student, in_channels, out_channels, kernel_size, stride, padding, weights, X):
    """has its six parameters from the start, before it has seen an image"""
    net = student.nin_block(in_channels, out_channels, kernel_size, stride, padding)
    return load_parameters(net, weights).eval()(X)


@exercise.lets_gradients_through(points=1.5, about=[strides_and_pads, does_the_same_in_both_modes])
def lets_gradients_through():
    """lets gradients flow to the input and to all six parameters"""


@exercise.lets_gradients_through(points=0.5, about=convolves_three_times)
def stops_gradients_where_a_relu_is_off():
    """lets no gradient flow where a ReLU cuts off a negative value"""


exercise.keeps_the_dtype("works in float64 too, to its full precision, once its parameters are float64", points=0.75)
exercise.takes_views("takes images that are views of other tensors, as X.mT is", points=0.25)
exercise.leaves_its_inputs_alone("leaves the images unchanged", points=0.25)

exercise.hint(
    """Three convolutions and three ReLUs, one after the other. Which of the three sees the neighbours of a pixel, and
    which only the channels of the pixel itself?"""
)
exercise.hint(
    """Only the first convolution goes from in_channels to out_channels, and only it takes kernel_size, stride and
    padding. The other two go from out_channels to out_channels with kernel_size=1, and keep the image's size.""",
    helps=[convolves_three_times, strides_and_pads],
)
exercise.hint(
    """A module is made in one go by nn.Sequential(nn.Conv2d(...), nn.ReLU(), ...). The last convolution has a ReLU
    too: an output is never negative.""",
    helps=convolves_three_times,
)
exercise.hint(
    """If the parameters do not fit: print [tuple(p.shape) for p in net.parameters()]. You want three pairs of a weight
    and a bias, in the order of the computation. Two 1x1 convolutions are two layers, each with its own parameters;
    layers in a plain Python list are not registered (those in nn.Sequential or nn.ModuleList are).""",
    helps=[convolves_three_times, lets_gradients_through],
)
exercise.hint(
    """Dropout and batch normalisation do not belong in this block: they make training and evaluation mode differ.""",
    helps=does_the_same_in_both_modes,
)
