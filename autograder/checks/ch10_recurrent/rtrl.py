"""Checks of rtrl. The first step shows what the loss makes of a state, the second what is carried along."""

import torch

from autograder.checks.ch10_recurrent._by_hand import (
    FIRST_CLASS,
    GRADIENTS,
    HUGE,
    SEQUENCE,
    SMALL,
    forms,
    from_the_logits,
    reached,
)
from autograder.spec import Close, Exercise, Mistake, count_operators, has_graph, named, rows

exercise = Exercise(
    entry="rtrl",
    forbid=("autograd", "backward_operators"),
    gradients=False,
    sizes={"steps": (4, 6), "hidden": (4, 8), "inputs": (2, 6), "classes": (3, 6)},
)
AXES = {
    "dU": ("steps", "hidden", "inputs"),
    "dW": ("steps", "hidden", "hidden"),
    "dV": ("steps", "classes", "hidden"),
}


def put_right(found, shapes):
    """Lists of steps, another order, transposed steps and lost axes of size 1 are another check's matter."""
    parts = [torch.stack(part) if isinstance(part, list) else part for part in found.values()]
    if not all(isinstance(part, torch.Tensor) for part in parts):
        return found
    if [part.shape for part in parts] == shapes[::-1] != shapes:
        parts = parts[::-1]
    if [part.shape for part in parts] == [(n, b, a) for n, a, b in shapes] != shapes:
        parts = [part.transpose(1, 2) for part in parts]
    if [part.squeeze().shape for part in parts] == [torch.empty(shape).squeeze().shape for shape in shapes]:
        parts = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
    return dict(zip(found, parts, strict=True))


@exercise.call(**SEQUENCE, of=GRADIENTS, results=AXES)
def rtrl(student, X, targets, U, W, V, of):
    with torch.inference_mode():
        found = put_right(
            named(student.rtrl(X, targets, U, W, V), *GRADIENTS), [(len(X), *matrix.shape) for matrix in (U, W, V)]
        )
    return {name: found[name] for name in of}


def less_what_follows_from_dV(*names):
    """Judges dU and dW, less what follows from a wrong prediction minus truth, which dV tells: it is its product with
    the state."""

    def of(got, want, X, U, W, V):
        if not got["dV"].any():
            raise Mistake("dV is zero, so nothing can follow from it")
        X, U, W, V, off = (t.double() for t in (X, U, W, V, got["dV"] - want["dV"]))
        if off.abs().max() < 1e-3 * want["dV"].abs().max():
            return {name: got[name] for name in names}
        states = reached(X, U, W)
        d_logits = (off @ states[:, :, None])[:, :, 0] / states.square().sum(1, keepdim=True)
        alone = [d_logits * (torch.arange(len(X)) == t)[:, None] for t in range(len(X))]
        steps = [from_the_logits(of_one, X, U, W, V, len(X)) for of_one in alone]
        less = {name: torch.stack([step[name] for step in steps]) for name in names}
        right = all((got[n] - less[n] - want[n]).abs().max() < 1e-3 * want[n].abs().max() for n in names)
        return {name: want[name] if right else got[name] for name in names}

    return Close(of=of)


SIZES = "steps hidden inputs classes"
ONE = rows(SIZES, (1, 5, 3, 4), (1, 4, 2, 3))
TWO = rows(SIZES, (2, 5, 3, 4), (2, 4, 7, 3))
MORE = rows(SIZES, (3, 5, 2, 4), (6, 7, 3, 5))


@rtrl.check(points=1, of=["dV"], cases=ONE)
def begins_with_the_logits():
    """dV is right for a single step: prediction minus truth, times the state"""


@rtrl.check(points=1.25, of=["dV"], cases=TWO + MORE)
def carries_the_state_on():
    """dV is right for several steps: entry t is the share of step t, with the state that it reached"""


@rtrl.check(points=1.25, of=["dV", "dU"], cases=ONE, judge=less_what_follows_from_dV("dU"))
def goes_through_the_tanh():
    """dU is right for a single step: directly, through V and the derivative of tanh"""


@rtrl.check(points=1.75, of=GRADIENTS, cases=TWO, judge=less_what_follows_from_dV("dU", "dW"), **SMALL)
def carries_the_dependence_on():
    """dU and dW are right for two steps with small states: directly, and by way of the old state"""


@rtrl.check(points=1.25, of=GRADIENTS, cases=MORE, judge=less_what_follows_from_dV("dU", "dW"), **SMALL)
def reaches_the_first_step():
    """dU and dW are right for more steps with small states: entry t is the gradient of the loss of step t alone"""


@rtrl.check(points=0.75, of=GRADIENTS, cases=TWO + MORE, judge=less_what_follows_from_dV("dU", "dW"))
def goes_through_every_tanh():
    """dU and dW are right for several steps and states of any size: what is carried along goes through each tanh"""


@rtrl.check(points=0.5, of=["dV"], cases=TWO + MORE, judge=Close(scale=1), **HUGE)
def is_never_nan():
    """dV is right for logits from -1e4 to 1e4, never NaN"""


@rtrl.check(points=0.75, needs=carries_the_dependence_on, hidden=3, cases=rows("steps", 45))
def takes_the_same_for_every_step(student, X, targets, U, W, V):
    """takes the same for each step, so that the work grows in proportion to T"""

    def calls(n):
        with torch.inference_mode():
            return count_operators(student.rtrl, X[:n], targets[:n], U, W, V)

    return {"the work grows in proportion to T": calls(45) < 4 * calls(15)}


@rtrl.check(points=0.25, needs=begins_with_the_logits, judge=Close(of=forms), cases=MORE)
def returns_them_in_order(student, X, targets, U, W, V):
    """returns (dU, dW, dV) in this order, of the shapes (T, h, d), (T, h, h) and (T, c, h); none requires grad"""
    with torch.inference_mode():
        found = student.rtrl(X, targets, U, W, V)
    return named(found, *GRADIENTS) | {"one requires grad": has_graph(found)}


@rtrl.check(points=0.25, of=["dV"], targets=FIRST_CLASS, cases=ONE)
def takes_any_targets():
    """dV is right too where the last classes do not occur as targets"""


@rtrl.check(
    points=0.25,
    cases=rows(SIZES, (4, 4, 4, 4), (3, 1, 2, 4), (3, 4, 1, 2), (1, 1, 1, 3)),
    needs=[carries_the_state_on, goes_through_every_tanh, returns_them_in_order],
)
def takes_any_sizes(student, X, targets, U, W, V):
    """is right too for one step, one input, one hidden unit, and where all sizes are equal"""
    with torch.inference_mode():
        return named(student.rtrl(X, targets, U, W, V), *GRADIENTS)


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25)
exercise.takes_views("takes tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves X, targets and the matrices unchanged", points=0.25)

exercise.hint(
    """Begin with a single hidden unit and a single input: then U, W, P and Q are numbers. h = tanh(u x + w h_old),
    and by the chain rule dh/du = (1 - h * h) * (x + w * dh_old/du), because h_old depends on u as well. That line is
    the whole idea."""
)
exercise.hint(
    """The loss of step t needs dh = V.T @ do_t, and then dU[t][j, k] is the sum over i of dh[i] * P[i, j, k], because
    dh/dU says how each unit of the state moves. do_t is softmax(o_t) with 1 taken off at the target.""",
    helps=[begins_with_the_logits, goes_through_the_tanh, carries_the_state_on],
)
exercise.hint(
    """The direct part: a[i] = sum over k of U[i, k] x[k], so da[i]/dU[j, k] is x[k] where i is j, and 0 elsewhere. An
    identity matrix with one more axis, times x, has just this.""",
    helps=[goes_through_the_tanh, carries_the_dependence_on],
)
exercise.hint(
    """By way of the old state: the sum over m of W[i, m] * P[m, j, k], as einsum("im,mjk->ijk", W, P) writes it. Take
    the old P there, and for W the old state in the direct part, because that is what W was multiplied with.""",
    helps=[carries_the_dependence_on, reaches_the_first_step],
)
exercise.hint(
    """The factor 1 - h * h belongs to the unit of the new state, the first axis of P and Q, and to both parts,
    because both go through the same tanh: (1 - h * h)[:, None, None] * (...).""",
    helps=[goes_through_the_tanh, goes_through_every_tanh],
)
exercise.hint(
    """One loop over the steps is enough. P and Q hold all that a later step has to know of the earlier ones, so that
    nothing goes back.""",
    helps=takes_the_same_for_every_step,
)
