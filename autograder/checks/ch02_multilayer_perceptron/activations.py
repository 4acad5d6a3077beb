"""Checks of activations."""

import torch

from autograder.spec import OFF_GRID, Draw, Exercise, distinct, drawn, normal, rows, tensor

exercise = Exercise(
    entry=("sigmoid", "tanh", "relu", "leaky_relu", "prelu", "maxout"), forbid="activation", sizes={"pieces": (4, 6)}
)


def off_zero(*dims):
    """Values on both sides of 0, where a kink has no derivative, and never on it."""
    return normal(*dims, std=2, shift=OFF_GRID)


def untied(d: Draw):
    """Biases that keep the pieces of a unit from being equal."""
    biases = torch.randn(d.shape(("units", "pieces")), generator=d.generator, dtype=torch.float64).round(decimals=2)
    return (biases + torch.arange(d.size("pieces")) * 1e-5).to(d.dtype)


MATRIX = ("rows", "columns")
SHAPES = rows("x", off_zero(), off_zero("columns"), off_zero("batch", *MATRIX))
AT_0 = rows("x", tensor([0.0, 0.5]), tensor(0.0))
FAR = rows("x", tensor([-10000.0, 0.5, 10000.0]), tensor([-1000.0, -104.0, -89.0, -30.0, 30.0, 89.0, 104.0, 1000.0]))
sigmoid, tanh, relu = (exercise.call(name, x=off_zero(*MATRIX), axes=MATRIX) for name in ("sigmoid", "tanh", "relu"))
leaky_relu = exercise.call("leaky_relu", x=off_zero(*MATRIX), alpha=0.1, axes=MATRIX)
slopes = distinct("channels", low=-0.5, high=2.5)
prelu = exercise.call("prelu", x=off_zero("batch", "channels"), a=slopes, axes=("batch", "channels"))
maxout = exercise.call(
    "maxout", x=normal("batch", "in"), W=normal("in", "units", "pieces"), b=drawn(untied, "units", "pieces")
)


@sigmoid.check(points=0.75, also=SHAPES + AT_0)
def sigmoid_of_each_element():
    """sigmoid is 1 / (1 + e^-x) for each element, whatever the shape"""


@sigmoid.check(points=0.25, cases=FAR, needs=sigmoid_of_each_element)
def sigmoid_far_out():
    """sigmoid is right far from 0, up to 10000 on either side"""


@tanh.check(points=0.75, also=SHAPES + AT_0)
def tanh_of_each_element():
    """tanh is (1 - e^-2x) / (1 + e^-2x) for each element, whatever the shape"""


@tanh.check(points=0.25, cases=FAR, needs=tanh_of_each_element)
def tanh_far_out():
    """tanh is right far from 0, up to 10000 on either side"""


@relu.check(points=0.5, also=SHAPES + FAR)
def relu_cuts_off_what_is_negative():
    """relu is max(x, 0) for each element, whatever the shape"""


@leaky_relu.check(points=0.75, also=rows("alpha", 0.0, 0.5, 1.0, 3.0) + SHAPES + FAR + SHAPES * rows("alpha", 2.0))
def leaky_relu_bends_at_0():
    """leaky_relu is x where x > 0, else alpha * x, for any alpha from 0 up"""


@prelu.check(
    points=0.75,
    cases=rows("x a", (off_zero(*MATRIX), normal(1)), (off_zero("batch", 1), normal(1)))
    + SHAPES * rows("a", tensor([0.25]), tensor([-0.5]), tensor([2.0])),
)
def prelu_with_one_slope():
    """prelu with a of shape (1,) has this slope for all elements, whatever the shape"""


@prelu.check(
    points=1,
    also=rows("batch channels", (3, 3), (1, 4))
    + rows("x", *(off_zero("batch", "channels", *more) for more in (["width"], ["height", "width"], [2, 2, 3])))
    + rows(
        "batch channels x", *((n, 3, off_zero("batch", "channels", *m)) for n, *m in ((2, 3), (3, 2, 3), (3, 3, 3)))
    ),
)
def prelu_with_a_slope_for_each_channel():
    """prelu with a of shape (C,) has one slope for each channel, on axis 1 of x"""


@exercise.check(points=0.25, needs=[relu_cuts_off_what_is_negative], x=tensor([0.0, 0.5]), a=tensor([0.25]))
def is_0_at_0(student, x, a):
    """relu, leaky_relu and prelu are 0 at 0"""
    return [student.relu(x.clone()), student.leaky_relu(x.clone(), 0.5), student.prelu(x.clone(), a)]


@maxout.check(
    points=1,
    also=rows("in units pieces", (3, 3, 3), (3, 3, 4), (3, 4, 3), (4, 3, 3), (1, 2, 4))
    + rows("batch units pieces", (1, 2, 4), (3, 1, 4), (4, 3, 1), (3, 3, 2)),
)
def maxout_takes_the_largest_piece():
    """maxout is the largest of the k linear maps of each unit"""


exercise.keeps_the_dtype("all six work in float64 too, to its full precision", points=0.5)
for name, line, points, values in (
    ("sigmoid_gradient", "sigmoid lets the gradient flow, at 0 too", 0.25, sigmoid_of_each_element),
    ("sigmoid_gradient_far_out", "the gradient of sigmoid is right far from 0, and never NaN", 0.5, sigmoid_far_out),
    ("tanh_gradient", "tanh lets the gradient flow, at 0 too", 0.25, tanh_of_each_element),
    ("tanh_gradient_far_out", "the gradient of tanh is right far from 0, and never NaN", 0.5, tanh_far_out),
    ("relu_gradient", "relu lets the gradient flow", 0.25, relu_cuts_off_what_is_negative),
    ("leaky_relu_gradient", "leaky_relu lets the gradient flow", 0.25, leaky_relu_bends_at_0),
    ("prelu_gradients", "prelu lets gradients flow to x and to a, in the shape of a", 0.5, prelu),
    ("maxout_gradients", "maxout lets gradients flow to x, W and b", 0.25, maxout_takes_the_largest_piece),
):
    exercise.lets_gradients_through(line, name=name, points=points, about=values)
exercise.takes_views("all six take tensors that are views of others, as x.T is", points=0.25)
exercise.leaves_its_inputs_alone("all six leave their inputs unchanged", points=0.25)

exercise.hint("relu, leaky_relu and prelu are each one torch.where on x > 0. Begin with these.")
exercise.hint(
    """e^-x overflows where x is very negative, e^x where it is very positive. Divide numerator and denominator by the
    larger of the two, and each half of the line has an exponent that is never positive. torch.where computes both halves
    and sends a gradient of 0 into the one not taken, so choose before exp: e = exp(where(x >= 0, -x, x)).""",
    helps=[sigmoid_far_out, tanh_far_out],
)
exercise.hint(
    """Broadcasting lines axes up from the last one. For x of shape (n, C, h, w) the slopes need the shape (C, 1, 1), and
    for x of shape () the shape ().""",
    helps=prelu,
)
exercise.hint(
    """torch.einsum("nd,dmk->nmk", x, W) + b holds all pieces; amax over the last axis takes the largest of each unit.""",
    helps=maxout_takes_the_largest_piece,
)

exercise.equivalent("condition moved: x > 0 -> x >= 0 (1 of 3)", "No gradient is asked for at 0.")
exercise.equivalent("condition moved: x > 0 -> x >= 0 (2 of 3)", "No gradient is asked for at 0.")
exercise.equivalent("condition moved: x > 0 -> x >= 0 (3 of 3)", "No gradient is asked for at 0.")
