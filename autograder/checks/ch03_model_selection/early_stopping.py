"""Checks of early_stopping. A wrong patience is seen in one check alone: the others ask long after it is used up."""

from math import inf, nan

import torch

from autograder.spec import Exercise, error_of, normal, rows

exercise = Exercise(entry="EarlyStopping", forbid="sklearn", gradients=False)


@exercise.call(patience=20, min_delta=0.0, losses=[4.0, 3.0, 2.0, 2.5, 3.0, 3.5])
def best(student, patience, min_delta, losses):
    stopper = student.EarlyStopping(patience, min_delta)
    found = []
    for loss in losses:
        stopper.step(loss)
        found.append(float(stopper.best))
    return found


@exercise.call(patience=3, min_delta=0.0, losses=[3.0, 2.0, 2.5, 3.0], steps=None)
def stops(student, patience, min_delta, losses, steps):
    stopper = student.EarlyStopping(patience, min_delta)
    found = [bool(stopper.step(loss)) for loss in losses]
    return [found[step] for step in steps or range(len(losses))]


FALLS = rows("losses", [4.0, 5.0, 3.0, 3.5, 2.5, 6.0, 0.5], [-1.0, -0.5, -2.0, -1.5], [0.0, 2.0, -3.0], [1e9, 2e9, 3.0])
GAINS = rows(
    "min_delta losses",
    (0.5, [4.0, 3.75, 3.25, 3.0, 2.8, 2.5]),
    (0.25, [-1.0, -1.125, -1.5, -1.6, -2.25]),
    (2.0, [8.0, 6.5, 5.0, 3.5, 3.25, 0.5]),
    (0.5, [4.0, 4.25, 4.125, 3.0]),
)
NO_NUMBERS = rows("losses", [nan, 3.0, nan, 2.0, nan], [nan, inf, 1.0], [2.0, inf, nan], [5.0, nan, 4.5, inf])


@best.check(points=1.25, also=FALLS)
def keeps_the_best():
    """best is the smallest loss so far"""


@exercise.check(points=0.75, losses=[4.0, 3.0, 2.0, 2.5], cases=(*FALLS, {}))
def knows_the_best_epoch(student, losses):
    """best_epoch is the index of the best step, counted from 0"""
    stopper = student.EarlyStopping(20)
    found = []
    for loss in losses:
        stopper.step(loss)
        found.append(int(stopper.best_epoch))
    return found


@stops.check(
    points=1.25,
    cases=rows(
        "patience losses",
        (2, [3.0, 2.0, 2.5, 3.0]),
        (3, [4.0, 3.0, 2.0, 2.5, 3.0, 3.5, 4.0]),
        (4, [1.0, 2.0, 3.0, 4.0, 5.0]),
        (2, [5.0, 6.0, 4.0, 5.0, 3.0, 4.0, 2.0]),
        (3, [9.0, 9.5, 9.75, 1.0, 2.0, 3.0, 4.0]),
    ),
)
def stops_when_patience_is_used_up():
    """step returns True from the patience-th step in a row on that is no improvement, and False before"""


@stops.check(
    points=0.75,
    steps=[0, -1],
    cases=rows("losses", [1.0, 5.0, 4.0, 5.0, 4.0, 5.0, 4.0], [1.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0])
    + rows("losses", [3.0, 2.0, 6.0, 4.0, 3.0, 6.0, 4.0, 2.5]),
)
def counts_from_the_best():
    """what falls but stays above the best does not begin the count anew"""


@stops.check(
    points=0.5,
    patience=2,
    steps=[-2, -1],
    cases=rows("losses", [3.0, 4.0, 5.0, 6.0, 2.0], [5.0, 6.0, 7.0, 8.0, 9.0, 4.0], [1.0, 2.0, 3.0, 4.0, -1.0]),
)
def goes_on_after_an_improvement():
    """an improvement makes step return False again, even after True"""


@stops.check(
    points=0.5,
    patience=2,
    steps=[0, -1],
    cases=rows("losses", [2.0] * 5, [3.0, 2.0, 2.0, 2.0, 2.0], [0.0] * 4)
    + rows("min_delta losses", (0.5, [4.0, 3.5, 3.5, 3.5, 3.5]), (1.0, [0.0, -1.0, -1.0, -1.0])),
)
def equal_is_no_improvement():
    """a loss equal to the best, or to best - min_delta, is no improvement"""


@best.check(points=1, needs=keeps_the_best, cases=GAINS)
def asks_for_more_than_min_delta():
    """only a loss below best - min_delta is an improvement; smaller gains leave best as it is"""


@exercise.check(
    points=0.25,
    min_delta=1.0,
    losses=[4.0, 3.75, 3.5, 3.25, 3.125],
    cases=rows("min_delta losses", (0.5, [1.0, 1.0, 0.75, 0.75, 0.625])) + rows("min_delta", 1.0),
)
def smaller_gains_use_up_patience(student, min_delta, losses):
    """gains that are too small, also together, use up patience, and leave best_epoch and best_state as they are"""
    stopper = student.EarlyStopping(3, min_delta)
    stopped = [bool(stopper.step(loss, {"loss": torch.tensor(loss)})) for loss in losses][-1]
    return {"stops": stopped, "best_epoch": int(stopper.best_epoch), "state of": float(stopper.best_state["loss"])}


@best.check(points=0.5, needs=keeps_the_best, cases=NO_NUMBERS)
def takes_no_nan_for_the_best():
    """NaN and inf are never an improvement, and hinder none that comes later"""


@stops.check(
    points=0.5,
    steps=[0, -1],
    cases=rows("losses", [2.0, nan, nan, nan, nan], [2.0, inf, nan, 3.0, nan], [nan] * 5),
)
def counts_steps_without_a_number():
    """NaN and inf use up patience, and before the first improvement steps count from the start"""


@exercise.check(points=0.25, needs=keeps_the_best, patience=3)
def begins_with_nothing(student, patience):
    """before the first improvement best is inf, best_epoch -1 and best_state None, in each new object"""
    student.EarlyStopping(patience).step(0.5, {})
    stopper = student.EarlyStopping(patience)
    new = (float(stopper.best), int(stopper.best_epoch), stopper.best_state)
    stopper.step(inf, {})
    return [new, (float(stopper.best), int(stopper.best_epoch), stopper.best_state)]


@exercise.check(
    points=0.75,
    W=normal("in", "out"),
    losses=[3.0, 2.0, 4.0, 1.0, 1.5],
    cases=rows("losses", [3.0, 2.0, 4.0, 1.0, 1.5], [4.0, 3.0, 3.5], [1.0, 2.0, 3.0]),
)
def keeps_the_state_of_the_best_step(student, W, losses):
    """best_state is the state that came with the best step, and neither the first nor the last"""
    stopper = student.EarlyStopping(20)
    found = []
    for epoch, loss in enumerate(losses):
        stopper.step(loss, {"W": W + epoch, "count": (W + epoch).round().long()})
        found.append({name: t.clone() for name, t in stopper.best_state.items()})
    return found


@exercise.check(points=1, W=normal("in", "out"), b=normal("out"))
def copies_the_state(student, W, b):
    """best_state is a copy: neither tensors that change in place nor a dict that changes do change it"""
    stopper = student.EarlyStopping(20)
    state = {"W": W.clone(), "b": b.clone()}
    stopper.step(1.0, state)
    state["W"].add_(1)
    state["b"] = b + 1
    state["new"] = b
    return {name: t.clone() for name, t in stopper.best_state.items()}


@exercise.check(points=0.25, needs=keeps_the_state_of_the_best_step, W=normal("in", "out"))
def may_have_no_state(student, W):
    """best_state is None if none came with the best step"""
    stopper = student.EarlyStopping(20)
    found = []
    for loss, given in ((3.0, []), (2.0, [{"W": W}]), (1.0, [])):
        stopper.step(loss, *given)
        found.append("None" if stopper.best_state is None else "a state")
    return found


@exercise.check(
    points=0.25,
    patience=1,
    min_delta=0.0,
    cases=rows(
        "patience min_delta", (0, 0.0), (-1, 0.5), (1, -0.5), (2, -1e-9), (0, -1.0), (1, 0.0), (1, 0.5), (3, 7.0)
    ),
)
def refuses_what_makes_no_sense(student, patience, min_delta):
    """raises ValueError for patience < 1 and for min_delta < 0, and only then: patience may be 1"""
    raised = error_of(ValueError, student.EarlyStopping, patience, min_delta)
    if raised != "nothing":
        return raised
    stopper = student.EarlyStopping(patience, min_delta)
    return [bool(stopper.step(loss)) for loss in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)][-1]


@exercise.check(points=0.25, needs=keeps_the_best, losses=[1.0], cases=rows("losses", [1.0, 2.0, 3.0, 0.5], [nan] * 3))
def returns_python_values(student, losses):
    """step returns a bool, best is a float and best_epoch an int"""
    stopper = student.EarlyStopping(2)
    found = [type(stopper.step(loss)).__name__ for loss in losses]
    return [*found, type(stopper.best).__name__, type(stopper.best_epoch).__name__]


exercise.hint(
    """Go through 4, 3, 5, 4, 4 with patience 2 on paper. The best is 3, at step 1. Step 2 is one after it, step 3 two after
    it: that is where step returns True."""
)
exercise.hint(
    """Count the steps yourself, from 0, in every call. The number of steps since the best one is then a difference, and
    there is no counter that somebody might forget to set back: epoch - best_epoch >= patience. With best_epoch = -1 at first
    it is right even before anything was found.""",
    helps=[
        *(stops_when_patience_is_used_up, counts_from_the_best, goes_on_after_an_improvement),
        *(counts_steps_without_a_number, begins_with_nothing, returns_python_values),
    ],
)
exercise.hint(
    """One comparison decides, loss < best - min_delta, with best = inf at first. Every comparison with NaN is False, so it has
    no need of a case of its own, as long as you ask for what is better and not for what is worse.""",
    helps=[
        *(
            keeps_the_best,
            knows_the_best_epoch,
            equal_is_no_improvement,
            asks_for_more_than_min_delta,
            smaller_gains_use_up_patience,
        ),
        takes_no_nan_for_the_best,
    ],
)
exercise.hint(
    """net.state_dict() is a dict of the very tensors that the optimizer goes on changing, and state.copy() is a new dict of
    the same tensors. Each of them needs .clone(), at every improvement and only then.""",
    helps=[keeps_the_state_of_the_best_step, copies_the_state, may_have_no_state],
)
exercise.hint(
    """patience and min_delta are known in __init__: raise ValueError there. 1 and 0.0 are allowed.""",
    helps=refuses_what_makes_no_sense,
)
