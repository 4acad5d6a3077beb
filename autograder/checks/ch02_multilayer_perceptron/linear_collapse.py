"""Checks of linear_collapse. W and b are looked at apart: who loses a bias may well have the right W."""

import torch

from autograder.checks.ch02_multilayer_perceptron._shared import layers
from autograder.spec import OFF_GRID, Exercise, drawn, filled, named, normal, rows, tensor

# With seven units or more in a layer, some are active and some are not.
exercise = Exercise(
    entry=("collapse", "local_map"),
    forbid="autograd",
    sizes={"inputs": (2, 4), "outputs": (2, 5), **dict.fromkeys(("hidden", "hidden_2", "hidden_3"), (7, 10))},
)
TWO = layers("inputs", "hidden", "outputs")


def above_0(params):
    """The same with outputs above 0: a ReLU after the last layer is paid elsewhere."""
    return [*params[:-1], normal("outputs", mean=2000.0)]


# Without hidden biases, and so without what is wrong with them in the test for active units.
NO_BIAS = above_0([TWO[0], normal("hidden", std=0.0, shift=OFF_GRID), *TWO[2:]])
AXES = {"W": ("inputs", "outputs"), "b": ("outputs",)}


@exercise.call(params=TWO, part=["W"], results=AXES)
def collapse(student, params, part):
    with torch.inference_mode():
        found = named(student.collapse(params), "W", "b")
    return {name: found[name] for name in part}


@exercise.call(x=normal("inputs"), params=above_0(TWO), part=["W"], results=AXES)
def local_map(student, x, params, part):
    with torch.inference_mode():
        found = named(student.local_map(x, params), "W", "b")
    return {name: found[name] for name in part}


SIZES = rows("inputs hidden outputs", (3, 7, 4), (9, 9, 9), (1, 8, 1))
THREE = layers("inputs", "hidden", "hidden_2", "outputs")
DEEP = rows("params", THREE, tuple(THREE), layers("inputs", "hidden", "hidden_2", "hidden_3", "outputs"))
DEEP = DEEP + rows("params inputs hidden hidden_2 outputs", (THREE, 8, 8, 8, 8), (THREE, 2, 8, 8, 3))
DEEP = DEEP + rows("params", layers("inputs", 7, 8, 9, 10, 7, "outputs"))
DEEP_ABOVE = [{**case, "params": type(case["params"])(above_0(case["params"]))} for case in DEEP]
BELOW_0 = [normal("inputs", "outputs"), normal("outputs", mean=-40.0)]
ONE_LAYER = rows("params", layers("inputs", "outputs"), BELOW_0) * rows("inputs outputs", (3, 2), (3, 3), (1, 4))


def nearly_0(d):
    """Weights with which all units are at 0 for an input of ones and biases of -1, but for 1e-12 more or less."""
    w = torch.rand(d.shape([2, "hidden"]), generator=d.generator, dtype=d.dtype)
    sign = torch.ones(d.size("hidden"), dtype=d.dtype)
    sign[::2] = -1
    return torch.stack([w[0], 1 + 1e-12 * sign - w[0]])


def net(x, *params):
    return {"x": tensor(x), "params": [tensor(p) for p in params]}


# Sums of zeros, which stay 0 however the rest is rounded: in the first hidden layer, or in the second. And just above 0.
FIRST = [[2.0, 1.0, -1.0], [0.0, 1.0, 0.0]]
SECOND = [[3.0, 0.0, -1.0], [1.0, 2.0, 0.0], [2.0, 0.0, 1.0]]
LAST = [[1.0, -2.0], [3.0, 1.0], [-1.0, 4.0]], [0.0, 1.0]
KINKS = [
    net([0.0, 3.0], FIRST, [0.0, 1.0, 0.0], *LAST),
    net([0.0, 0.0], FIRST, [0.0, 2.0, 0.0], *LAST),
    net([0.0, 3.0], FIRST, [1e-9, -4.0, 0.0], *LAST),
    net([1.0, 2.0], FIRST, [-3.0, -4.0, -2.0], SECOND, [0.0, 2.0, 0.0], *LAST),
    net([1.0, 2.0], FIRST, [-3.0, -4.0, 3.0], SECOND, [-1.0, 0.0, 2.0], *LAST),
]


NEARLY_0 = rows("x params hidden", (tensor([1.0, 1.0]), [drawn(nearly_0, 2, "hidden"), *NO_BIAS[1:]], 7))
NEARLY_0[0]["params"][1] = filled(-1.0, "hidden")


@collapse.check(points=1.25, also=SIZES)
def multiplies_the_weights():
    """collapse joins two layers: W is W1 W2"""


@collapse.check(points=1.25, part=["b"], also=SIZES + DEEP)
def carries_the_biases_along():
    """collapse takes each bias through all the layers behind it: the b of two layers is b1 W2 + b2"""


@collapse.check(points=0.5, cases=DEEP)
def multiplies_all_the_weights():
    """collapse joins any number of layers: W is the product of all the W_l"""


@local_map.check(points=1.5, params=NO_BIAS, also=SIZES + rows("hidden", 8, 10))
def takes_out_inactive_units():
    """local_map gives the W of a network with one hidden layer, without the units that are inactive at x"""


@local_map.check(points=1.5, part=["b"], also=SIZES + DEEP_ABOVE)
def takes_out_their_biases():
    """local_map gives the right b: an inactive unit is taken out with its bias"""


@local_map.check(points=1, cases=DEEP_ABOVE)
def looks_at_every_hidden_layer():
    """local_map gives the W of a network with several hidden layers, each with its own inactive units"""


@local_map.check(points=0.75, part=["W", "b"], cases=KINKS)
def is_inactive_at_exactly_0():
    """local_map takes out a unit whose pre-activation is exactly 0, and keeps one just above 0"""


@local_map.check(points=0.25, part=["b"], params=[*TWO[:-1], normal("outputs", mean=-2000.0)], also=SIZES)
def keeps_the_outputs():
    """local_map keeps all outputs, whatever their signs: there is no ReLU after the last layer"""


@local_map.check(points=0.25, dtypes=("float64",), cases=NEARLY_0)
def tells_in_float64_who_is_active():
    """local_map keeps a unit in float64 whose pre-activation is 1e-12, which float32 would round to 0"""


@exercise.check(points=0.5, x=normal("inputs"), params=TWO, cases=ONE_LAYER, needs=multiplies_the_weights)
def leaves_one_layer_as_it_is(student, x, params):
    """collapse and local_map give W1 and b1 for a single layer, whatever the signs of its outputs"""
    with torch.inference_mode():
        return {"collapse": tuple(student.collapse(params)), "local_map": tuple(student.local_map(x, params))}


exercise.keeps_the_dtype("both work in float64 too, to its full precision", points=0.5)
exercise.takes_views("both take tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("both leave x and the params unchanged", points=0.5)

exercise.hint(
    """Multiply (X W1 + b1) W2 + b2 out, and collect what X is multiplied with. The rest is the new bias. Then a third layer is
    joined to that one in the same way, because what you have is a layer again."""
)
exercise.hint(
    """In (X W + b) W_l + b_l the bias b goes through W_l as well, because it was added before that layer: the new bias is
    b @ W_l + b_l.""",
    helps=collapse,
)
exercise.hint(
    """Column j of W and entry j of b make the pre-activation of unit j. If the unit is inactive, its output is 0 however small
    changes of x are, and so both become 0 before the next layer is joined.""",
    helps=[takes_out_inactive_units, takes_out_their_biases],
)
exercise.hint(
    """x @ W + b with the W and b of the layers so far is the vector of pre-activations at x, since inactive units before it are
    out already. Compare with > 0, because at exactly 0 a unit is not active.""",
    helps=[takes_out_inactive_units, looks_at_every_hidden_layer, is_inactive_at_exactly_0],
)
exercise.hint(
    """One step of the loop in local_map: active = x @ W + b > 0, then W = (W * active) @ W_l and
    b = (b * active) @ W_l + b_l. The last layer is never masked, because no ReLU comes after it.""",
    helps=local_map,
)
