"""Checks of gru_cell."""

from collections.abc import Callable, Mapping

import torch

from autograder.spec import OFF_GRID, Exercise, drawn, filled, gradients, normal

exercise = Exercise(
    entry="gru_cell",
    forbid="gru",
    sizes={"batch": (2, 6), "inputs": (2, 6), "hidden": (2, 6)},
)

X = normal("batch", "inputs")
H = normal("batch", "hidden")
# Where a gate's sum is exactly 0, a sigmoid that goes by cases, or through abs, would have the wrong derivative.
parts = {"W_x": normal("inputs", "hidden"), "W_h": normal("hidden", "hidden"), "b_": normal("hidden", shift=OFF_GRID)}
params = {f"{name}{gate}": part for gate in "zrh" for name, part in parts.items()}
families = [f"{name}{gate}" for gate in "hzr" for name in ("W_x", "W_h", "b_")]
other_order = {name: params[name] for name in families}
other_layers = {"W_hq": normal("hidden", "outputs"), "b_q": normal("outputs")}


def saturated(huge: Mapping[int, float]) -> Callable:
    """A bias that is huge for some units: sigmoid and tanh are exactly 0, 1 or -1 there."""

    def draw(d):
        bias = torch.randn(d.size("hidden"), generator=d.generator, dtype=torch.float64)
        for unit, value in huge.items():
            bias[unit] = value
        return torch.round(bias, decimals=2).to(d.dtype)

    return drawn(draw, "hidden")


huge_biases = {
    "b_z": saturated({0: 1000.0, 1: -1000.0}),
    "b_r": saturated({2: 1000.0, 3: -1000.0}),
    "b_h": saturated({4: 1000.0, 5: -1000.0}),
}


@exercise.check(points=2, axes=("batch", "hidden"), X=X, H=filled(0.0, "batch", "hidden"), params=params)
def starts_from_a_zero_state(student, X, H, params):
    """from a state of zeros, takes the share 1 - Z of the candidate tanh(X W_xh + b_h)"""
    return student.gru_cell(X, H, params)


@exercise.check(
    points=3,
    axes=("batch", "hidden"),
    cases=[{}, {"batch": 1}, {"inputs": 1}, {"hidden": 1}, {"inputs": 4, "hidden": 4}, {"hidden": 40}],
    X=X,
    H=H,
    params=params,
)
def computes_the_new_state(student, X, H, params):
    """blends the old state, by Z, and the candidate, which sees the old state through R, by 1 - Z"""
    return student.gru_cell(X, H, params)


@exercise.check(
    points=1,
    axes=("batch", "hidden"),
    cases=[{}, {"params": {**other_order, **other_layers}}],
    X=X,
    H=H,
    params=other_order,
)
def reads_parameters_by_name(student, X, H, params):
    """takes the parameters by their names, in whatever order the dict holds them and whatever else is in it"""
    return student.gru_cell(X, H, params)


@exercise.check(points=1, dtypes=["float64"], axes=("batch", "hidden"), X=X, H=H, params=params)
def keeps_the_dtype(student, X, H, params):
    """works in float64 too, to its full precision"""
    return student.gru_cell(X, H, params)


@exercise.check(points=2, X=X, H=H, params=params)
def lets_gradients_through(student, X, H, params):
    """lets gradients flow to the input, to the state and to each of the nine parameters"""
    return gradients(student.gru_cell, X=X, H=H, params=params)


@exercise.check(points=1, cases=[{"hidden": 7}], X=X, H=H, params={**params, **huge_biases})
def stays_finite_in_saturation(student, X, H, params):
    """stays finite, in value and gradient, where a gate or the candidate is driven to its limits"""
    return {"new state": student.gru_cell(X, H, params), **gradients(student.gru_cell, X=X, H=H, params=params)}


exercise.hint(
    """Write down the shapes first: X is (n, d), W_xz is (d, h), H is (n, h), W_hz is (h, h). Which products give
    (n, h), and how does a bias (h,) join them?"""
)
exercise.hint(
    """Try the ends of the update gate. At Z = 1 the new state is the old one, untouched; at Z = 0 it is the
    candidate. Both gates are sigmoids, each with its own two matrices and its own bias; only the candidate is a
    tanh.""",
    starts_from_a_zero_state,
    computes_the_new_state,
)
exercise.hint(
    """Right from a zero state but wrong from others? Then look at what H goes through. The candidate sees R * H,
    element by element, and only then comes the matrix W_hh: (R * H) @ W_hh. The last line blends H itself,
    not R * H.""",
    computes_the_new_state,
)
exercise.hint(
    """Ask the dict for each parameter, params["W_xz"]. Unpacking params.values() relies on an order that nobody
    promised, and on nothing else being in there.""",
    reads_parameters_by_name,
)
exercise.hint(
    """torch.sigmoid and torch.tanh are safe for every number. exp(x) overflows near x = 89 in float32; inf / inf is
    NaN, and so is the gradient of 1 / (1 + exp(-x)) where exp(-x) is inf.""",
    stays_finite_in_saturation,
)
exercise.hint(
    """Z = torch.sigmoid(X @ params["W_xz"] + H @ params["W_hz"] + params["b_z"]), R in the same way with r,
    G = torch.tanh(X @ params["W_xh"] + (R * H) @ params["W_hh"] + params["b_h"]), and last Z * H + (1 - Z) * G.""",
    starts_from_a_zero_state,
    computes_the_new_state,
    lets_gradients_through,
)
