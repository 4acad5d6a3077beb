"""Checks of gru_cell."""

import torch

from autograder.spec import OFF_GRID, Exercise, drawn, filled, normal, rows

exercise = Exercise(entry="gru_cell", forbid="gru", sizes=dict.fromkeys(("batch", "inputs", "hidden"), (2, 6)))

# Where a gate's sum is exactly 0, a sigmoid that goes by cases, or through abs, would have the wrong derivative.
PARTS = {"W_x": normal("inputs", "hidden"), "W_h": normal("hidden", "hidden"), "b_": normal("hidden", shift=OFF_GRID)}
params = {f"{name}{gate}": part for gate in "zrh" for name, part in PARTS.items()}
other_order = {f"{name}{gate}": PARTS[name] for gate in "hzr" for name in PARTS}
other_layers = {"W_hq": normal("hidden", "outputs"), "b_q": normal("outputs")}

gru_cell = exercise.call(
    "gru_cell", X=normal("batch", "inputs"), H=normal("batch", "hidden"), params=params, axes=("batch", "hidden")
)


@gru_cell.check(points=2, H=filled(0.0, "batch", "hidden"))
def starts_from_a_zero_state():
    """from a state of zeros, takes the share 1 - Z of the candidate tanh(X W_xh + b_h)"""


@gru_cell.check(
    points=2.25,
    also=rows("batch", 1, 40)
    + rows("hidden", 1, 40)
    + rows("batch hidden", (3, 3))
    + rows("inputs hidden", (1, 3), (4, 4)),
)
def computes_the_new_state():
    """blends the old state, by Z, and the candidate, which sees the old state through R, by 1 - Z"""


@gru_cell.check(points=1, cases=rows("params", other_order, {**other_order, **other_layers}))
def reads_parameters_by_name():
    """takes the parameters by their names, in whatever order the dict holds them and whatever else is in it"""


def saturated(unit, far):
    """A bias that is huge for this unit and the next: sigmoid and tanh are 0, 1 or -1 there."""

    def draw(d):
        bias = torch.randn(d.size("hidden"), generator=d.generator, dtype=torch.float64)
        bias[unit : unit + 2] = torch.tensor([far, -far])
        return torch.round(bias, decimals=2).to(d.dtype)

    return drawn(draw, "hidden")


@gru_cell.check(
    points=0.5,
    cases=[
        {"hidden": 7, "params": {**params, "b_z": saturated(0, x), "b_r": saturated(2, x), "b_h": saturated(4, x)}}
        for x in (100.0, 300.0, 1000.0)
    ],
)
def stays_finite_in_saturation():
    """stays finite where a gate or the candidate is driven to its limits"""


# First, since an input that is overwritten stands in the way of the gradients too.
exercise.leaves_its_inputs_alone("leaves the input, the state and the parameters unchanged", points=0.5)


@exercise.lets_gradients_through(points=2, except_for=stays_finite_in_saturation)
def lets_gradients_through():
    """lets gradients flow to the input, to the state and to each of the nine parameters"""


@exercise.lets_gradients_through(points=0.5, about=stays_finite_in_saturation)
def has_finite_gradients():
    """has finite gradients where a gate or the candidate is driven to its limits"""


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=1)
exercise.takes_views("works for tensors that are views of others, as X.T is", points=0.25)

exercise.hint(
    """Write down the shapes first: X is (n, d), W_xz is (d, h), H is (n, h), W_hz is (h, h). Which products give
    (n, h), and how does a bias (h,) join them?"""
)
exercise.hint(
    """Try the ends of the update gate. At Z = 1 the new state is the old one, untouched; at Z = 0 it is the
    candidate. Both gates are sigmoids, each with its own two matrices and its own bias; only the candidate is a
    tanh.""",
    helps=[starts_from_a_zero_state, computes_the_new_state],
)
exercise.hint(
    """Right from a zero state but wrong from others? Then look at what H goes through. The candidate sees R * H,
    element by element, and only then comes the matrix W_hh: (R * H) @ W_hh. The last line blends H itself,
    not R * H.""",
    helps=computes_the_new_state,
)
exercise.hint(
    """Ask the dict for each parameter, params["W_xz"]. Unpacking params.values() relies on an order that nobody
    promised, and on nothing else being in there.""",
    helps=reads_parameters_by_name,
)
exercise.hint(
    """torch.sigmoid and torch.tanh are safe for every number. exp(x) overflows near x = 89 in float32; inf / inf is
    NaN, and so is the gradient of 1 / (1 + exp(-x)) where exp(-x) is inf.""",
    helps=[stays_finite_in_saturation, has_finite_gradients],
)
exercise.hint(
    """Z = torch.sigmoid(X @ params["W_xz"] + H @ params["W_hz"] + params["b_z"]), R in the same way with r,
    G = torch.tanh(X @ params["W_xh"] + (R * H) @ params["W_hh"] + params["b_h"]), and last Z * H + (1 - Z) * G.""",
    helps=[starts_from_a_zero_state, computes_the_new_state, lets_gradients_through],
)
