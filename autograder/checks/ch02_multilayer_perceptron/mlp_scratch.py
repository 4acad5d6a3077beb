"""Checks of mlp_scratch."""

from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor

from autograder.checks.ch02_multilayer_perceptron._shared import layers
from autograder.spec import (
    OFF_GRID,
    Close,
    Exercise,
    Family,
    Statistic,
    Unfit,
    describe,
    filled,
    honest_draws,
    normal,
    normality,
    rows,
    uniform,
    uses_global_generator,
    whole,
)

LINEAR = Family(
    name="linear",
    operators=r"^(mkldnn_|_sparse_semi_structured_)?linear$",
    advice="Write the layer as its formula: X @ W + b.",
)
exercise = Exercise(
    entry=("init_params", "mlp"),
    forbid=LINEAR,
    sizes={"batch": (3, 6), "inputs": (3, 6), **dict.fromkeys(("hidden", "hidden_2", "hidden_3"), (4, 9))},
)


def flat(params):
    """All tensors in what was returned: how lists and tuples hold them is the first check's matter."""
    if isinstance(params, Tensor):
        return [params.detach()]
    if not isinstance(params, list | tuple):
        raise Unfit("expected a list of tensors, got {got}", got=describe(params))
    return [p for part in params for p in flat(part)]


@exercise.call(sizes=[4, 3, 2], std=0.1, seed=whole(0, 10**6))
def init_params(student, sizes, std, seed):
    return student.init_params(sizes, std, torch.Generator().manual_seed(seed))


@init_params.check(points=1.25, cases=rows("sizes", [4, 3, 2], [5, 2], (3, 6, 7, 2, 4), [1, 1], [2, 2, 2]))
def has_the_right_shapes(student, sizes, std, seed):
    """init_params returns the flat list [W1, b1, ..., WL, bL], W_l of shape (inputs, outputs) of its layer"""
    params = student.init_params(sizes, std, torch.Generator().manual_seed(seed))
    if not isinstance(params, list):
        raise Unfit("expected a list of tensors, got {got}", got=describe(params))
    return [list(p.shape) if isinstance(p, Tensor) else describe(p) for p in params]


def where_they_come_from(got):
    first, again, second, other = got["weights"]
    return {
        "equal generators give equal weights": torch.equal(first, again),
        "a second call gives other weights": not torch.equal(first, second),
        "another seed gives other weights": not torch.equal(first, other),
        "torch's global generator is used": got["global"],
    }


@init_params.check(points=1, judge=Close(of=where_they_come_from), sizes=[4, 5, 3])
def draws_from_the_generator(student, sizes, std, seed):
    """init_params draws from the generator that it is given, from no other, and never seeds it again"""
    (one, same), given = (torch.Generator().manual_seed(seed) for _ in "ab"), torch.Generator().manual_seed(seed + 1)
    weights = [flat(student.init_params(sizes, std, g))[0] for g in (one, same, one, given)]
    return {"weights": weights, "global": uses_global_generator(student.init_params, sizes, std, given)}


@init_params.check(points=1, sizes=[3, 4, 2], needs=draws_from_the_generator)
def makes_leaves(student, sizes, std, seed):
    """init_params returns float32 leaves with requires_grad = True"""
    params = student.init_params(sizes, std, torch.Generator().manual_seed(seed))
    tensors = [p for part in params for p in (part if isinstance(part, list | tuple) else [part])]
    return {
        "dtypes": [str(p.dtype) for p in tensors],
        "requires_grad": [p.requires_grad for p in tensors],
        "is_leaf": [p.is_leaf for p in tensors],
    }


@init_params.check(
    points=0.75,
    needs=draws_from_the_generator,
    cases=rows("sizes std", ([3, 4, 2], 0.5), ([6, 2], 0.0), ([5, 3, 4], 0)),
)
def starts_with_zeros(student, sizes, std, seed):
    """init_params makes the biases zero, and the weights too for std = 0"""
    found = flat(student.init_params(sizes, std, torch.Generator().manual_seed(seed)))
    biases = [p for p in found if p.numel() in sizes]
    return [p.flatten().float() for p in sorted(found if std == 0 else biases, key=Tensor.numel)]


# Layers of one number of weights, and of different numbers of inputs.
WIDE, COUNT = [100, 400, 100, 400], 40_000


def moments(got, std):
    layers = [got[name] for name in ("W1", "W2", "W3")]
    W1, W2, W3 = (W.double().flatten() / std for W in layers)
    return {
        **normality(layers, std),
        "correlation_of_layers": torch.stack([(W1 * W2).mean(), (W2 * W3).mean(), (W1 * W3).mean()]),
    }


NORMAL = Statistic(of=moments, correlation_of_layers=lambda: (0.0, 1 / sqrt(COUNT)), **honest_draws(*pairwise(WIDE)))


@init_params.check(points=1.25, judge=NORMAL, sizes=WIDE, cases=rows("std", 0.01, 3.0))
def draws_normal_weights(student, sizes, std, seed):
    """init_params draws each weight from N(0, std^2), independently of all others"""
    found = [p.float() for p in flat(student.init_params(sizes, std, torch.Generator().manual_seed(seed)))]
    weights = [p for p in found if p.numel() == COUNT]
    return {
        f"W{layer}": W.T if tuple(W.shape) == (columns, inputs) else W
        for layer, (inputs, columns, W) in enumerate(zip(sizes, sizes[1:], weights, strict=False), 1)
    }


def positive(*widths):
    """Layers between these widths whose outputs are positive: a ReLU too many on them is another check's matter."""
    hidden, (inputs, outputs) = layers(*widths[:-1]), widths[-2:]
    return [*hidden, uniform(inputs, outputs, low=0.1, high=1.0), normal(outputs, mean=6.0, shift=OFF_GRID)]


mlp = exercise.call(
    "mlp", X=normal("batch", "inputs"), params=positive("inputs", "hidden", "outputs"), axes=("batch", "outputs")
)
DEEP = (
    positive("inputs", "hidden", "hidden_2", "outputs"),
    positive("inputs", "hidden", "hidden_2", "hidden_3", "outputs"),
)


@mlp.check(
    points=0.5,
    params=[normal("inputs", "outputs"), normal("outputs", mean=40.0)],
    also=rows("batch inputs outputs", (1, 4, 3), (3, 3, 3)),
)
def is_linear_with_one_layer():
    """mlp is X W1 + b1 if there are two parameters"""


@mlp.check(
    points=1.25,
    also=rows("params", *DEEP, tuple(DEEP[0])) + rows("batch inputs hidden outputs", (4, 4, 4, 4), (1, 3, 5, 1)),
)
def cuts_off_between_layers():
    """mlp has a ReLU after each layer but the last, however many there are"""


# Nothing is negative before the last layer, nothing is positive behind it, and no bias is added.
ACTIVE = [uniform("inputs", "hidden", low=0.1, high=1.0), filled(0.0, "hidden")]
NEGATIVE = [normal(dim, "outputs", mean=-2.0) for dim in ("inputs", "hidden")]


@mlp.check(
    points=0.75,
    X=uniform("batch", "inputs", low=0.5, high=1.5),
    cases=rows("params", [NEGATIVE[0], filled(0.0, "outputs")], [*ACTIVE, NEGATIVE[1], filled(0.0, "outputs")]),
)
def leaves_the_outputs_as_they_are():
    """mlp has nothing after the last layer: its outputs may be negative"""


IMAGES = (6, 2, 3), (6, 1, 3, 2), (8, 2, 2, 1, 2)


@mlp.check(
    points=0.75,
    params=[uniform("inputs", "outputs", low=0.1, high=1.0), filled(0.0, "outputs")],
    cases=rows("inputs X", *((inputs, uniform("batch", *axes)) for inputs, *axes in IMAGES)),
)
def flattens_each_sample():
    """mlp flattens each sample of a batch (n, ...), row by row"""


exercise.lets_gradients_through("mlp lets gradients flow to X and to all the params", points=0.75, about=mlp)
exercise.keeps_the_dtype("mlp computes in float64 where X and params are", points=0.25, about=mlp)
exercise.takes_views("mlp takes tensors that are views of others, as X.T is", points=0.25, about=mlp)
exercise.leaves_its_inputs_alone("mlp leaves X and the params unchanged", points=0.25, about=mlp)

exercise.hint(
    """For sizes = [4, 3, 2] write down the shapes: W1 (4, 3), b1 (3,), W2 (3, 2), b2 (2,). Two layers from three sizes: in
    general a layer for each pair of neighbours, itertools.pairwise(sizes) or zip(sizes[:-1], sizes[1:])."""
)
exercise.hint(
    """std * torch.randn(inputs, outputs, generator=generator) has the standard deviation std, since a factor multiplies
    the deviation. Without generator= it would draw from torch's global one.""",
    helps=[has_the_right_shapes, draws_normal_weights, draws_from_the_generator],
)
exercise.hint(
    """A leaf is not the result of anything that autograd has recorded. So scale first, and call .requires_grad_()
    afterwards: of std * W, with W asking for gradients already, .grad stays None.""",
    helps=makes_leaves,
)
exercise.hint(
    """X.flatten(start_dim=1) or X.reshape(len(X), -1) makes a row of each sample, and leaves a matrix as it is.""",
    helps=flattens_each_sample,
)
exercise.hint(
    """for k in range(0, len(params), 2): H = H @ params[k] + params[k + 1], and H = torch.relu(H) unless k is the last, that
    is len(params) - 2. With two parameters the first layer is the last one.""",
    helps=[is_linear_with_one_layer, cuts_off_between_layers, leaves_the_outputs_as_they_are],
)
