"""Checks of gradient_depth.

Norms are compared one by one, each to a share of its own size, since they differ by many decades. But for the first
check they are taken as parts of the last layer's norm, so that a factor in the loss is paid once.
"""

from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor

from autograder.spec import (
    LEFT_OUT,
    Close,
    Exercise,
    Statistic,
    Unfit,
    describe,
    drawn,
    error_of,
    has_graph,
    honest_draws,
    normal,
    normality,
    rows,
    seeded,
    uses_global_generator,
    whole,
)

exercise = Exercise(entry=("deep_weights", "gradient_norms"), gradients=False)
ACTIVATIONS = "sigmoid", "tanh", "relu", "identity"


class Within(Close):
    """Every number of what ``of`` makes of the result to so much, whatever the dtype."""

    def __init__(self, most, of):
        super().__init__(of=of)
        self.most = most

    def tolerance(self, exact, others, dtype):
        return self.most


def each(got, want):
    return {"norm / what it should be": got / want}


def profile(got, want):
    return {"(norm / norm of the last layer) / what that should be": (got / got[-1]) / (want / want[-1])}


def matrices(found, depth, width):
    """What was returned as a list of float32 matrices: its form is another check's matter."""
    listed = isinstance(found, list | tuple | Tensor) and all(isinstance(W, Tensor) for W in found)
    shapes = [tuple(W.shape) for W in found] if listed else describe(found)
    if shapes != [(width, width)] * depth:
        expected = f"{depth} matrices of shape {(width, width)}"
        raise Unfit("expected {expected}, got {got}", expected=expected, got=shapes)
    return [W.detach().float() for W in found]


def as_float64(found):
    """Norms as a float64 tensor: their form is another check's matter."""
    if isinstance(found, list | tuple) and found and all(isinstance(norm, float | Tensor) for norm in found):
        found = torch.stack([torch.as_tensor(norm).detach().double() for norm in found])
    return found.detach().double().flatten() if isinstance(found, Tensor) else found


@exercise.call(depth=3, width=4, scale=1.0, seed=whole(0, 10**6))
def weights(student, depth, width, scale, seed):
    return matrices(student.deep_weights(depth, width, scale, seeded(seed)), depth, width)


def spread(got, scale, width):
    layers = [W.double() * sqrt(width) / scale for W in got]
    W1, W2, W3 = (W.flatten() for W in layers)
    lengths = torch.cat([W.square().sum(1) for W in layers])
    return {
        **normality(got, scale / sqrt(width)),
        "variance_of_row_lengths": ((lengths - width) ** 2).mean() / (2 * width),  # orthogonal matrices have none
        "correlation_of_layers": torch.stack([(W1 * W2).mean(), (W2 * W3).mean(), (W1 * W3).mean()]),
    }


@weights.check(
    points=2,
    judge=Statistic(
        of=spread,
        variance_of_row_lengths=lambda: (1.0, 1.5 * sqrt(2 / 360)),
        correlation_of_layers=lambda: (0.0, 1 / 120),
        **honest_draws(*[(120, 120)] * 3),
    ),
    width=120,
    cases=rows("scale", 1.0, 4, 0.3),
)
def draws_from_the_right_distribution():
    """deep_weights draws each element of each matrix from N(0, scale^2 / width), independently of all others"""


def of_calls(got):
    first, again, second = got["weights"]
    return {
        "equal generators give equal weights": all(map(torch.equal, first, again)),
        "layers that the next call draws again": sum(map(torch.equal, first, second)),
        "torch's global generator is used": got["global"],
    }


@weights.check(points=1, judge=Close(of=of_calls))
def draws_from_the_generator(student, depth, width, scale, seed):
    """deep_weights draws from the generator that it is given, from no other, and never seeds it again"""
    one, same = seeded(seed), seeded(seed)
    found = [matrices(student.deep_weights(depth, width, scale, g), depth, width) for g in (one, same, one)]
    return {"weights": found, "global": uses_global_generator(student.deep_weights, depth, width, scale, one)}


def ratio(got):
    return {"weights of the larger scale over those of the smaller": [W / V for V, W in zip(*got, strict=True)]}


@weights.check(points=0.5, judge=Close(of=ratio, loosen=2), larger=4.0, cases=rows("scale larger", (1, 4), (0.3, 2.5)))
def scale_is_a_factor(student, depth, width, scale, larger, seed):
    """deep_weights gives the same numbers for another scale, times the ratio of the scales"""
    return [matrices(student.deep_weights(depth, width, s, seeded(seed)), depth, width) for s in (scale, larger)]


@weights.check(points=0.5, needs=draws_from_the_generator, cases=rows("depth width", (2, 1), (2, 5), (4, 3), (3, 3)))
def returns_a_list_of_matrices(student, depth, width, scale, seed):
    """deep_weights returns a list of depth float32 matrices (width, width) that do not require grad"""
    found = student.deep_weights(depth, width, scale, seeded(seed))
    kinds = [f"{describe(W)}, requires grad: {isinstance(W, Tensor) and W.requires_grad}" for W in found]
    return kinds if isinstance(found, list) else describe(found)


@weights.check(points=0.5, cases=rows("depth", 0, -1, -7, 1, 2))
def refuses_no_layers(student, depth, width, scale, seed):
    """deep_weights raises ValueError for a depth below 1, and only then"""
    return error_of(ValueError, student.deep_weights, depth, width, scale, seeded(seed))


def hidden(X, weights, residual):
    """The pre-activations of a network with ReLU."""
    found = []
    for W in weights:
        found.append(X @ W)
        X = found[-1].clamp(min=0) + (X if residual else 0)
    return found


def net(n, *widths, scale=1.2):
    """X and weights between these widths. No pre-activation is so near to 0 that rounding would decide about a ReLU, or so
    far from it that little is left of a derivative; each layer of several units has one above 0 and one below."""

    def draw(d):
        square = len(set(widths)) == 1
        while True:
            X = torch.randn(n, widths[0], generator=d.generator).double().round(decimals=2)
            weights = [torch.randn(a, b, generator=d.generator).double() * scale / sqrt(a) for a, b in pairwise(widths)]
            weights = [W.round(decimals=2) for W in weights]
            layers = [Z for residual in (False, True)[: 1 + square] for Z in hidden(X, weights, residual)]
            if all(
                Z.abs().min() > 0.02 and Z.abs().max() < 4 and (Z.shape[1] == 1 or Z.max() > 0 > Z.min())
                for Z in layers
            ):
                return {"X": X.to(d.dtype), "weights": [W.to(d.dtype) for W in weights]}

    return drawn(draw)


def deep(depth, width, scale, size=1.0):
    """A deep network, and inputs of that size."""

    def draw(d):
        weights = [torch.randn(width, width, generator=d.generator) * scale / sqrt(width) for _ in range(depth)]
        X = size * torch.randn(2, width, generator=d.generator)
        return {"X": X.to(d.dtype), "weights": [W.to(d.dtype) for W in weights]}

    return drawn(draw)


@exercise.call(then=as_float64, judge=Within(1e-4, profile), net=net(2, 4, 4, 4), activation="tanh", residual=LEFT_OUT)
def norms(student, net, activation, **options):
    return student.gradient_norms(net["X"], net["weights"], activation, **options)


@norms.check(
    points=1,
    judge=Within(1e-4, each),
    cases=rows("net", net(3, 4, 5, 6), net(1, 5, 3, 4, 6)) * rows("activation", *ACTIVATIONS)
    + rows("net activation residual", (net(5, 3, 4), "tanh", False), (net(2, 4, 1, 3), "sigmoid", False)),
)
def measures_each_layer():
    """gradient_norms is right for each activation and any shapes, the layer nearest to the input first"""


@norms.check(
    points=0.75,
    residual=True,
    cases=rows("activation", *ACTIVATIONS)
    + rows("net activation", (net(1, 3, 3, 3, 3), "tanh"), (net(3, 4, 4, 4, 4), "relu"), (net(2, 5, 5, 5), "relu")),
)
def adds_what_came_in():
    """gradient_norms is right with residual connections, H + act(H W)"""


@norms.check(
    points=0.5,
    order=[0],
    cases=rows("order activation", ([0, 0, 0, 0], "tanh"), ([0, 1, 0], "relu"), ([0, 0], "identity"))
    + rows("order residual", ([0, 0, 0], True), ([1, 0, 1], True)),
)
def counts_each_position(student, net, order, activation, **options):
    """gradient_norms measures each use of a matrix for itself where it stands at several positions"""
    weights = [net["weights"][i] for i in order]
    return student.gradient_norms(net["X"], weights, activation, **options)


@norms.check(
    points=0.25,
    cases=rows(
        "net activation residual",
        (deep(20, 16, 1.0), "sigmoid", LEFT_OUT),
        (deep(20, 16, 1.0), "sigmoid", True),
        (deep(12, 8, 6.0), "identity", False),
        (deep(4, 8, 1.0, size=1e-25), "identity", LEFT_OUT),
        (deep(4, 8, 1.0, size=1e25), "identity", LEFT_OUT),
    ),
)
def measures_tiny_and_huge_gradients():
    """gradient_norms is right where gradients, or their squares, are of 1e-12, 1e-50 or 1e50"""


@norms.check(points=0.25, dtypes=("float64",), judge=Within(1e-8, profile), cases=rows("activation", *ACTIVATIONS))
def is_precise_in_float64():
    """gradient_norms has the full precision of float64"""


SMOOTH = rows("activation", "sigmoid", "tanh", "identity") * rows("net", net(1, 8, 4, 2, scale=0.6))


@norms.check(points=0.25, dtypes=("float16",), judge=Within(0.05, profile), cases=SMOOTH)
def takes_float16():
    """gradient_norms takes X and weights in float16"""


@norms.check(points=0.25, dtypes=("bfloat16",), judge=Within(0.2, profile), cases=SMOOTH)
def takes_bfloat16():
    """gradient_norms takes X and weights in bfloat16"""


def out_of_range(got):
    return {
        "the first norm is 0": bool(got[0] == 0),
        "the last norm is 0": bool(got[-1] == 0),
        "all norms are finite": bool(got.isfinite().all()),
    }


@norms.check(
    needs=takes_float16,
    points=0.25,
    judge=Close(of=out_of_range),
    dtypes=("float16", "float32"),
    cases=rows("net activation", (deep(20, 16, 1.0), "sigmoid"), (deep(10, 32, 4.0), "identity")),
)
def stays_in_the_dtype():
    """gradient_norms runs both passes in the dtype of X: in float16 numbers become 0 or inf that do not in float32"""


def one_unit(d):
    """Layers of one unit, in which every product but the first needs more digits than bfloat16 has."""
    one = torch.tensor([[1 + 2**-7]], dtype=d.dtype)
    return {"X": one, "weights": [one, one, one]}


def digits(got):
    rounded = (got == got.bfloat16().double()).tolist()
    return {"each norm, that of one number, is one of bfloat16": rounded}


@norms.check(
    needs=takes_bfloat16,
    points=0.25,
    judge=Close(of=digits),
    dtypes=("bfloat16",),
    net=drawn(one_unit),
    cases=rows("activation", "identity", "relu"),
)
def rounds_as_the_dtype_does():
    """gradient_norms rounds to the digits of bfloat16 after each step, and not only at the end"""


def at_0(d):
    """Two units, of which the first gets exactly 0: few digits, so that no product is rounded."""
    a, b = (torch.randint(1, 9, (2,), generator=d.generator) / 4).to(d.dtype)
    first = torch.tensor([[1.0, 2.0], [1.0, -1.0]], dtype=d.dtype)
    return {"X": a * torch.tensor([[1.0, -1.0]], dtype=d.dtype), "weights": [b * first]}


@norms.check(points=0.25, net=drawn(at_0), activation="relu", judge=Within(1e-4, each))
def has_derivative_0_at_0():
    """gradient_norms takes 0 for the derivative of relu where its input is exactly 0"""


# One layer, one number: what is wrong with a loss, an order or an activation does not show.
once = {"judge": Within(1e-4, lambda got, want: {**got, "norm / what it should be": got["norms"] / want["norms"]})}
once |= {"X": normal(1, 4, away=0.5), "W": normal(4, 1, std=0.3), "asks": False}


@exercise.check(points=0.25, **once)
def returns_a_float64_vector(student, X, W):
    """gradient_norms returns a float64 tensor of shape (L,) that does not require grad"""
    found = student.gradient_norms(X, [W], "tanh")
    return {"norms": found, "the result requires grad": has_graph(found)}


@exercise.check(points=0.25, cases=rows("asks", True, False), **once)
def leaves_no_gradients(student, X, W, asks):
    """gradient_norms leaves .grad of X and of the weights None, whether they require grad or not"""
    X, W = (t.detach().clone().requires_grad_(asks) for t in (X, W))
    found = as_float64(student.gradient_norms(X, [W], "identity"))
    return {"norms": found, "X.grad is None": X.grad is None, "W.grad is None": W.grad is None}


refused = exercise.call(
    "gradient_norms", X=normal(2, 3), weights=[normal(3, 3)], activation="softplus", residual=LEFT_OUT
)


@refused.refuses(
    points=0.5,
    needs=(),
    cases=rows("activation", "softplus", "ReLU", "", "none", *ACTIVATIONS)
    + rows("weights activation residual", ([], "tanh", False), ((), "relu", True), ([normal(3, 2)], "relu", False)),
)
def refuses_what_it_does_not_know():
    """gradient_norms raises ValueError for any other activation and for no weights, and only then"""


exercise.leaves_its_inputs_alone(
    "gradient_norms leaves the values of X and the weights unchanged",
    points=0.25,
    about=[norms, returns_a_float64_vector, leaves_no_gradients, refuses_what_it_does_not_know],
)
exercise.takes_views("gradient_norms takes tensors that are views of others, as X.T is", points=0.25, about=norms)

exercise.hint(
    """Take one layer, X = [[1, 2]], W = [[3], [4]], the identity: the loss is 11, its gradient with respect to W [[1], [2]],
    and the norm sqrt(5). With two columns in W the loss is a mean of two elements, and every gradient half as large."""
)
exercise.hint(
    """N(0, scale^2 / width) is written with its variance. The standard deviation is scale / sqrt(width), and it multiplies
    torch.randn(width, width, generator=generator), which draws from N(0, 1): one such matrix for each layer.""",
    helps=weights,
)
exercise.hint(
    """If one tensor stands at two positions, autograd adds up what it gets at both. W.detach() makes another tensor, with
    the same numbers, at each position; after .requires_grad_() it is a leaf of its own.""",
    helps=[counts_each_position, leaves_no_gradients],
)
exercise.hint(
    """torch.autograd.grad(loss, leaves) returns the gradients in the order of the leaves and leaves every .grad alone, where
    loss.backward() writes into them.""",
    helps=[measures_each_layer, leaves_no_gradients, returns_a_float64_vector],
)
exercise.hint(
    """Do not convert X or the weights: what becomes 0 or inf in float16 is what is to be seen. Convert each gradient when it
    is there, g.double().norm(), because the squares in the norm are out of range before the gradient itself is.""",
    helps=[
        measures_tiny_and_huge_gradients,
        takes_float16,
        takes_bfloat16,
        stays_in_the_dtype,
        rounds_as_the_dtype_does,
    ],
)
