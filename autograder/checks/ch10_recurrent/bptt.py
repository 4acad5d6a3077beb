"""Checks of bptt. One step shows what the loss hands on, two show one way back, and more all the others."""

import torch

from autograder.checks.ch10_recurrent._by_hand import (
    AXES,
    FIRST_CLASS,
    GRADIENTS,
    HUGE,
    SEQUENCE,
    SMALL,
    by_hand,
    forms,
    less_what_follows_from_dV,
)
from autograder.spec import Close, Exercise, filled, has_graph, named, rows

exercise = Exercise(
    entry="bptt",
    forbid=("autograd", "backward_operators"),
    gradients=False,
    sizes={"steps": (4, 8), "hidden": (4, 8), "inputs": (2, 6), "classes": (3, 6)},
)


@exercise.call(**SEQUENCE, of=GRADIENTS, results=AXES)
def bptt(student, X, targets, U, W, V, of):
    found = by_hand(student.bptt, X, targets, U, W, V)
    return {name: found[name] for name in of}


ONE = rows("steps hidden inputs classes", (1, 5, 3, 4), (1, 4, 2, 3), (1, 6, 5, 4))
TWO = rows("steps hidden inputs classes", (2, 5, 3, 4), (2, 4, 7, 3))
MORE = rows("steps hidden inputs classes", (3, 5, 2, 4), (4, 6, 3, 5), (5, 8, 6, 3))


@bptt.check(points=1, of=["dV"], cases=ONE)
def begins_with_the_logits():
    """dV is right for a single step: prediction minus truth, times the state"""


@bptt.check(points=1.5, of=["dV"], cases=TWO + MORE)
def carries_the_state_on():
    """dV is right for several steps: the sum of their shares, each with the state that its step reached"""


@bptt.check(points=1.25, of=["dV", "dU"], cases=ONE, judge=less_what_follows_from_dV("dU"))
def goes_through_the_tanh():
    """dU is right for a single step: through V, and through the derivative of tanh"""


@bptt.check(
    points=0.5,
    of=["dV", "dU"],
    cases=TWO + MORE,
    W=filled(0.0, "hidden", "hidden"),
    judge=less_what_follows_from_dV("dU"),
)
def adds_up_the_steps():
    """dU is right where W is zero and no step knows of the others: the sum of their shares"""


@bptt.check(points=1.75, of=GRADIENTS, cases=TWO, judge=less_what_follows_from_dV("dU", "dW"), **SMALL)
def goes_back_one_step():
    """dU and dW are right for two steps with small states: the second loss is carried back through W to the first"""


@bptt.check(points=1.25, of=GRADIENTS, cases=MORE, judge=less_what_follows_from_dV("dU", "dW"), **SMALL)
def goes_back_to_the_first_step():
    """dU and dW are right for more steps with small states: each loss is carried back to the first step"""


@bptt.check(points=0.75, of=GRADIENTS, cases=TWO + MORE, judge=less_what_follows_from_dV("dU", "dW"))
def goes_back_through_every_tanh():
    """dU and dW are right for several steps and states of any size: what is carried back goes through each tanh"""


@bptt.check(points=0.5, of=["dV"], cases=TWO + MORE, judge=Close(scale=1), **HUGE)
def is_never_nan():
    """dV is right for logits from -1e4 to 1e4, never NaN"""


@bptt.check(points=0.25, needs=begins_with_the_logits, judge=Close(of=forms), cases=MORE)
def returns_them_in_order(student, X, targets, U, W, V):
    """returns (dU, dW, dV) in this order, each of the shape of its matrix; none requires grad"""
    with torch.inference_mode():
        found = student.bptt(X, targets, U, W, V)
    return named(found, *GRADIENTS) | {"one requires grad": has_graph(found)}


@bptt.check(points=0.25, of=["dV"], targets=FIRST_CLASS, cases=ONE)
def takes_any_targets():
    """dV is right too where the last classes do not occur as targets"""


@bptt.check(
    points=0.25,
    cases=rows("steps hidden inputs classes", (4, 4, 4, 4), (3, 1, 2, 4), (3, 4, 1, 2), (1, 1, 1, 3)),
    needs=[carries_the_state_on, goes_back_through_every_tanh, returns_them_in_order],
)
def takes_any_sizes():
    """is right too for one input, for one hidden unit, and where all sizes are equal"""


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25)
exercise.takes_views("takes tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves X, targets and the matrices unchanged", points=0.25)

exercise.hint(
    """Unroll the network for two steps on paper, and draw an arrow for each way in which h_1 counts for L. There are
    two: through V to the loss of its own step, and through W to h_2. So dh_1 is a sum of two parts."""
)
exercise.hint(
    """do_t is softmax(o_t) with 1 taken off at target_t, because the derivative of the softmax is contained in it. No
    division by T: L is a sum. dV adds up outer(do_t, h_t) over the steps.""",
    helps=[begins_with_the_logits, carries_the_state_on],
)
exercise.hint(
    """With dh the derivative at a state and a = U x + W h_old what the tanh gets, da = dh * (1 - h * h), because the
    derivative of tanh can be written with its value. U multiplied x, so its share is outer(da, x); W multiplied the
    old state.""",
    helps=[goes_through_the_tanh, adds_up_the_steps, goes_back_through_every_tanh],
)
exercise.hint(
    """Go through the steps backward and keep one vector: W.T @ da is what the step before gets, because W[i, j] is
    what old unit j counts for in new unit i. Add V.T @ do_t to it there. Forget neither of the two.""",
    helps=[goes_back_one_step, goes_back_to_the_first_step],
)
exercise.hint(
    """torch.softmax subtracts the largest logit before it takes exponentials, and so stays finite. exp(1e4) is inf,
    and inf / inf is NaN.""",
    helps=is_never_nan,
)
exercise.hint(
    """Keep the states in a list that begins with h_0 = 0, and let t run over reversed(range(T)):
    dh is V.T @ do[t] plus what came from step t + 1; then da; then dU and dW grow by outer(da, X[t]) and outer(da,
    states[t]), where states[t] is the state before the step; last, W.T @ da is handed on.""",
    helps=[goes_back_one_step, goes_back_to_the_first_step],
)
