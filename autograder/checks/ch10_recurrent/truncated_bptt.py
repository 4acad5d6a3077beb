"""Checks of truncated_bptt. A window of one step leaves the direct part, of two one way back; of T or more it is
bptt."""

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
from autograder.spec import Close, Exercise, error_of, has_graph, named, rows

exercise = Exercise(
    entry="truncated_bptt",
    forbid=("autograd", "backward_operators"),
    gradients=False,
    sizes={"steps": (4, 6), "hidden": (7, 9), "inputs": (2, 6), "classes": (3, 6)},
)


@exercise.call(**SEQUENCE, num_steps=2, of=GRADIENTS, results=AXES)
def truncated_bptt(student, X, targets, U, W, V, num_steps, of):
    found = by_hand(student.truncated_bptt, X, targets, U, W, V, num_steps)
    return {name: found[name] for name in of}


SIZES = "steps hidden inputs classes num_steps"
ONE = rows(SIZES, (1, 5, 3, 4, 1), (1, 6, 2, 3, 1), (1, 4, 5, 3, 2))
DIRECT = rows(SIZES, (4, 6, 2, 3, 1), (5, 7, 3, 4, 1))
TWO = rows(SIZES, (5, 7, 3, 4, 2), (4, 6, 5, 3, 2))
MORE = rows(SIZES, (5, 8, 2, 4, 3), (6, 7, 3, 5, 4), (6, 8, 4, 3, 5))
WHOLE = rows(SIZES, (4, 6, 3, 5, 4), (3, 5, 4, 2, 7), (2, 4, 3, 5, 100))


@truncated_bptt.check(points=1.5, of=["dV"], cases=ONE + DIRECT + TWO + MORE)
def keeps_dV_complete():
    """dV is complete, whatever num_steps is: prediction minus truth times the state, added up over all steps"""


@truncated_bptt.check(points=1, of=["dV", "dU"], cases=ONE, judge=less_what_follows_from_dV("dU"))
def goes_through_the_tanh():
    """dU is right for a single step: through V, and through the derivative of tanh"""


@truncated_bptt.check(points=0.75, of=GRADIENTS, cases=DIRECT, judge=less_what_follows_from_dV("dU", "dW"))
def leaves_the_direct_part():
    """dU and dW are right for num_steps = 1: each loss reaches the matrices at its own step alone"""


@truncated_bptt.check(points=1.5, of=GRADIENTS, cases=TWO, judge=less_what_follows_from_dV("dU", "dW"), **SMALL)
def goes_back_one_step():
    """dU and dW are right for num_steps = 2 with small states: each loss goes back through W once"""


@truncated_bptt.check(points=1.5, of=GRADIENTS, cases=MORE, judge=less_what_follows_from_dV("dU", "dW"), **SMALL)
def has_a_window_for_each_loss():
    """dU and dW are right for longer windows with small states: each loss has one of its own, which ends at its step"""


@truncated_bptt.check(points=0.75, of=GRADIENTS, cases=WHOLE, judge=less_what_follows_from_dV("dU", "dW"), **SMALL)
def goes_back_to_the_first_step():
    """dU and dW are those of bptt for num_steps >= T, with small states"""


@truncated_bptt.check(points=0.75, of=GRADIENTS, cases=TWO + MORE + WHOLE, judge=less_what_follows_from_dV("dU", "dW"))
def goes_back_through_every_tanh():
    """dU and dW are right for states of any size: what is carried back goes through each tanh"""


@truncated_bptt.check(points=0.25, of=["dV"], cases=TWO + MORE, judge=Close(scale=1), **HUGE)
def is_never_nan():
    """dV is right for logits from -1e4 to 1e4, never NaN"""


@truncated_bptt.check(points=0.25, needs=keeps_dV_complete, judge=Close(of=forms), cases=MORE)
def returns_them_in_order(student, X, targets, U, W, V, num_steps):
    """returns (dU, dW, dV) in this order, each of the shape of its matrix; none requires grad"""
    with torch.inference_mode():
        found = student.truncated_bptt(X, targets, U, W, V, num_steps)
    return named(found, *GRADIENTS) | {"one requires grad": has_graph(found)}


@truncated_bptt.check(points=0.25, of=["dV"], targets=FIRST_CLASS, cases=TWO)
def takes_any_targets():
    """dV is right too where the last classes do not occur as targets"""


@truncated_bptt.check(
    points=0.25,
    cases=rows(SIZES, (4, 4, 4, 4, 2), (3, 1, 2, 4, 2), (3, 4, 1, 2, 2), (1, 1, 1, 3, 1)),
    needs=[keeps_dV_complete, goes_back_through_every_tanh, returns_them_in_order],
)
def takes_any_sizes():
    """is right too for one input, for one hidden unit, and where all sizes are equal"""


@truncated_bptt.check(points=0.5, needs=goes_through_the_tanh, cases=rows("num_steps", 0, -1, -7))
def wants_a_step(student, X, targets, U, W, V, num_steps):
    """raises ValueError for num_steps < 1"""
    return error_of(ValueError, student.truncated_bptt, X, targets, U, W, V, num_steps)


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25)
exercise.takes_views("takes tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves X, targets and the matrices unchanged", points=0.25)

exercise.hint(
    """Take T = 3 and num_steps = 2 and write down which loss reaches U at which step: L_1 at 1; L_2 at 2 and 1; L_3
    at 3 and 2. What of bptt is missing? Only L_3 at 1."""
)
exercise.hint(
    """A way back that all losses share, as in bptt, cannot know which of them has come from too far. So let each loss
    go back alone: two loops, one over the losses and one over the steps of its window.""",
    helps=[has_a_window_for_each_loss, goes_back_one_step],
)
exercise.hint(
    """With num_steps = 1 no W.T is needed: the loss of step t gives dh = V.T @ do_t, then da = dh * (1 - h_t * h_t)
    because of the tanh, and da meets x_t in dU and the state before the step in dW.""",
    helps=[goes_through_the_tanh, leaves_the_direct_part, goes_back_through_every_tanh],
)
exercise.hint(
    """Count with num_steps = 1: the window of step t has the steps t down to t - num_steps + 1, and that is num_steps
    of them. Near the beginning there are fewer, because the sequence ends there.""",
    helps=[has_a_window_for_each_loss, goes_back_one_step, goes_back_to_the_first_step],
)
exercise.hint(
    """V stands behind the last state, and nothing has to go back for it: dV adds up outer(do_t, h_t) over all steps,
    because every loss counts fully there.""",
    helps=keeps_dV_complete,
)
exercise.hint(
    """for end in each step: dh = V.T @ do[end]; then for t from end down, num_steps times or until the sequence ends:
    da, the two outer products, and dh = W.T @ da for the step before.""",
    helps=[goes_back_one_step, has_a_window_for_each_loss, goes_back_to_the_first_step],
)
