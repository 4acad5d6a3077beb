"""Checks of early_stopping. One slip is paid once: min_delta is above 0 wherever nothing is said about it, with losses that
differ by more; a patience that is wrong by one shows only where steps are asked one by one, and not where it is asked
whether one step of several returned True; and what a student keeps on the class is taken back after each run."""

from contextlib import contextmanager
from copy import copy
from itertools import pairwise
from math import inf, nan

import torch

from autograder.spec import LEFT_OUT, NO_ERROR, Close, Exercise, Unfit, describe, error_of, normal, number, rows

exercise = Exercise(entry="EarlyStopping", forbid="sklearn", gradients=False)
SMALL = 2.0**-20


@contextmanager
def made(student, *arguments):
    """An object, and what is kept on its class taken back afterwards: that objects share it is for `shares_nothing`."""
    cls, plain = student.EarlyStopping, (list, dict, set, int, float, type(None))
    before = {name: copy(value) for name, value in vars(cls).items() if isinstance(value, plain)}
    try:
        yield cls(*arguments)
    finally:
        for name in [name for name, value in vars(cls).items() if isinstance(value, plain) and name[:2] != "__"]:
            if name in before:
                setattr(cls, name, before[name])
            else:
                delattr(cls, name)


def read(stopper, name):
    """best or best_epoch, whatever kind of number it is. Raises ``Unfit`` if it is none."""
    value = number(getattr(stopper, name))
    if not isinstance(value, int | float):
        raise Unfit("{name} should be a number, and is {got}", name=name, got=describe(value))
    return value


def state_of(stopper):
    """A copy of best_state. Raises ``Unfit`` if it is no dict of tensors."""
    state = stopper.best_state
    if not isinstance(state, dict) or not all(isinstance(t, torch.Tensor) for t in state.values()):
        inside = ", ".join(sorted({describe(t) for t in state.values()})) if isinstance(state, dict) else ""
        got = f"a dict with {inside}" if inside else describe(state)
        raise Unfit("best_state should be a dict of tensors, and is {got}", got=got)
    return {name: t.clone() for name, t in state.items()}


@exercise.call(patience=20, min_delta=0.125, losses=[4.0, 3.0, 2.0, 2.5, 3.0, 3.5])
def history(student, patience, losses, min_delta=None):
    found = {"step returns": [], "best": [], "best_epoch": []}
    with made(student, patience, *([] if min_delta is None else [min_delta])) as stopper:
        for loss in losses:
            found["step returns"].append(bool(stopper.step(loss)))
            found["best"].append(float(read(stopper, "best")))
            found["best_epoch"].append(read(stopper, "best_epoch"))
    epochs = [None, *found["best_epoch"]]
    return {**found, "best_epoch changes": [now != before for before, now in pairwise(epochs)]}


def only(*names):
    return Close(of=lambda got: {name: got[name] for name in names})


@exercise.call(patience=3, min_delta=0.125, parts=[[3.0, 2.0], [3.0, 4.0, 5.0, 6.0]])
def stopping(student, patience, min_delta, parts):
    """Of each part of the losses, whether a step returned True."""
    found, before = [], []
    with made(student, patience, min_delta) as stopper:
        for part in parts:
            said = "True" if any(list(map(stopper.step, part))) else "only False"
            found.append(f"after {before} step returns {said} for {part}")
            before = [*before, *part]
    return found


FALLS = rows("losses", [4.0, 5.0, 3.0, 3.5, 2.5, 6.0, 0.5], [-1.0, -0.5, -2.0, -1.5], [0.0, 2.0, -3.0], [1e9, 2e9, 3.0])


@history.check(points=0.75, also=FALLS, judge=only("best"))
def keeps_the_best():
    """best is the smallest loss so far"""


@history.check(points=0.5, also=FALLS, judge=only("best_epoch"))
def knows_the_best_epoch():
    """best_epoch is the index of the best step, counted from 0"""


@history.check(
    points=1,
    judge=only("step returns"),
    cases=rows("patience losses", (2, [3.0, 2.0, 2.5, 3.0]), (3, [4.0, 3.0, 2.0, 2.5, 3.0, 3.5]))
    + rows("patience losses", (4, [1.0, 2.0, 3.0, 4.0, 5.0]), (1, [3.0, 2.0, 2.5])),
)
def stops_when_patience_is_used_up():
    """step returns True from the patience-th consecutive step without improvement on, and False before"""


@stopping.check(
    points=0.5,
    cases=rows(
        "patience parts",
        (3, [[5.0, 6.0], [4.0, 5.0], [3.0, 4.0], [5.0, 6.0, 7.0]]),
        (4, [[5.0, 6.0, 7.0], [4.0, 5.0, 6.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]]),
    ),
)
def begins_anew_at_an_improvement():
    """an improvement begins the count anew"""


@stopping.check(
    points=0.5,
    cases=rows("parts", [[1.0], [5.0, 4.0, 5.0, 4.0, 5.0]], [[1.0], [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0]])
    + rows("parts", [[3.0, 2.0], [6.0, 4.0, 3.0, 6.0, 4.0, 2.5]]),
)
def counts_from_the_best():
    """what falls but stays above the best does not begin the count anew"""


@stopping.check(
    points=0.25,
    cases=rows("patience parts", (2, [[3.0, 2.0], [4.0, 5.0, 6.0], [7.0], [8.0], [9.0], [10.0]]))
    + rows("patience parts", (3, [[1.0], [2.0, 3.0, 4.0, 5.0], [6.0], [7.0], [8.0], [9.0], [10.0]])),
)
def goes_on_to_say_stop():
    """step returns True again at each further step without improvement"""


@stopping.check(
    points=0.5,
    cases=rows(
        "parts",
        [[3.0, 4.0, 5.0, 6.0, 7.0], [2.0], [3.0], [4.0, 5.0, 6.0]],
        [[5.0, 6.0, 7.0, 8.0, 9.0, 10.0], [4.0, 3.0], [3.5], [4.5, 5.5, 6.5]],
        [[1.0, 2.0, 3.0, 4.0, 5.0], [-1.0], [-0.5], [1.5, 2.5, 3.5]],
    ),
)
def goes_on_after_an_improvement():
    """an improvement makes step return False again, even after True, and begins the count anew then too"""


@history.check(
    points=0.5,
    judge=only("best", "best_epoch changes"),
    cases=rows("losses", [2.0, 2.0, 2.0, 1.0], [3.0, 2.0, 2.0], [0.0, 0.0], [4.0, 3.875, 3.5])
    + rows("min_delta losses", (0.5, [4.0, 3.5, 3.5]), (1.0, [0.0, -1.0, -1.0])),
)
def equal_is_no_improvement():
    """a loss equal to the best, or to best - min_delta, is no improvement"""


@history.check(
    points=0.5,
    judge=only("best"),
    cases=rows(
        "min_delta losses",
        (0.5, [4.0, 3.75, 3.25, 3.0, 2.5]),
        (0.25, [-1.0, -1.125, -1.5, -1.6, -2.25]),
        (2.0, [8.0, 6.5, 5.0, 3.5, 3.25, 0.5]),
        (0.5, [4.0, 4.25, 4.125, 3.0]),
    ),
)
def asks_for_more_than_min_delta():
    """only a loss below best - min_delta is an improvement; smaller gains leave best as it is"""


@exercise.check(points=0.5, min_delta=1.0, losses=[4.0, 3.75, 3.5, 3.25, 3.125], cases=rows("min_delta", 1.0, 2.0))
def smaller_gains_change_nothing(student, min_delta, losses):
    """gains that are too small, also together, use up patience, and leave best_epoch and best_state as they are"""
    with made(student, 3, min_delta) as stopper:
        returned, epochs = [], []
        for loss in losses:
            returned.append(bool(stopper.step(loss, {"loss": torch.tensor(loss)})))
            epochs.append(read(stopper, "best_epoch"))
        return {"step returns True": any(returned[1:]), "best_epoch changes": len(set(epochs)) > 1, **state_of(stopper)}


@history.check(
    points=0.5,
    judge=only("best_epoch changes"),
    losses=[1.0, 1 - SMALL, 1 - SMALL / 2, 0.5],
    cases=rows("min_delta", LEFT_OUT, 0.0),
)
def takes_any_gain_by_default():
    """min_delta may be 0, as it is by default: then any loss below the best is an improvement, however little"""


@history.check(
    points=0.25,
    judge=only("best"),
    cases=rows("losses", [nan, 3.0, nan, 2.0, nan], [nan, inf, 1.0], [2.0, inf, nan], [5.0, nan, 3.5, inf]),
)
def takes_no_nan_for_the_best():
    """NaN and inf are never an improvement, and hinder none that comes later"""


@stopping.check(
    points=0.25,
    cases=rows(
        "parts", [[2.0], [nan, nan, nan, nan]], [[2.0], [inf, nan, 3.0, nan]], [[3.0, 2.0], [inf, inf, inf, inf]]
    ),
)
def counts_steps_without_a_number():
    """NaN and inf use up patience"""


@history.check(
    points=0.5,
    judge=only("step returns", "best_epoch"),
    cases=rows("patience losses", (2, [nan, nan, nan, inf]), (3, [inf, inf, inf]), (5, [inf, nan, nan, 2.0, 3.0])),
)
def counts_from_the_start():
    """before the first improvement steps count from the start, and all have an index, those with NaN or inf too"""


@exercise.check(points=0.25, needs=keeps_the_best, patience=3)
def begins_with_nothing(student, patience):
    """before the first improvement best is inf, best_epoch -1 and best_state None"""
    stopper = student.EarlyStopping(patience, 0.125)
    state = "None" if stopper.best_state is None else describe(stopper.best_state)
    return {"best": float(read(stopper, "best")), "best_epoch": read(stopper, "best_epoch"), "best_state": state}


@exercise.check(points=0.25, first=[3.0, 4.0, 2.0], second=[7.0, 6.0, 8.0])
def shares_nothing(student, first, second):
    """two objects share nothing: what one was told does not change the other"""
    with made(student, 20, 0.125) as one:
        both = (one, student.EarlyStopping(20, 0.125))
        began = [0, 0]
        for step, losses in enumerate(zip(first, second, strict=True)):
            for which, (stopper, loss) in enumerate(zip(both, losses, strict=True)):
                stopper.step(loss)
                if step == 0:
                    began[which] = read(stopper, "best_epoch")
        return {
            "best of each": [float(read(stopper, "best")) for stopper in both],
            "best_epoch since the first step": [read(s, "best_epoch") - b for s, b in zip(both, began, strict=True)],
        }


@exercise.check(
    points=0.5,
    W=normal("in", "out"),
    losses=[3.0, 2.0, 4.0, 1.0, 1.5],
    cases=rows("losses", [3.0, 2.0, 4.0, 1.0, 1.5], [4.0, 3.0, 3.5], [1.0, 2.0, 3.0]),
)
def keeps_the_state_of_the_best_step(student, W, losses):
    """best_state is the state that came with the best step, neither the first nor the last, and nothing of an older one"""
    found = []
    with made(student, 20, 0.125) as stopper:
        for epoch, loss in enumerate(losses):
            stopper.step(loss, {"W": W + epoch, f"step {epoch}": torch.tensor(float(epoch))})
            found.append(state_of(stopper))
        return found


@exercise.check(points=1, W=normal("in", "out"), b=normal("out"))
def copies_the_state(student, W, b):
    """best_state is a copy: neither tensors that change in place, of whatever dtype and shape, nor a dict that changes do
    change it"""
    with made(student, 20, 0.125) as stopper:
        state = {"W": W.clone(), "b": b.double() / 3, "ids": b.long(), "num_batches_tracked": torch.tensor(7)}
        stopper.step(1.0, state)
        for t in state.values():
            t.add_(1)
        state["b"] = b + 1
        state["new"] = b
        return state_of(stopper)


@exercise.check(points=0.25, needs=keeps_the_state_of_the_best_step, W=normal("in", "out"))
def may_have_no_state(student, W):
    """best_state is None if none came with the best step; an empty dict is a state"""
    found = {}
    with made(student, 20, 0.125) as stopper:
        for loss, given in ((4.0, []), (3.0, [{"W": W}]), (2.0, []), (1.0, [{"W": W, "b": W[0]}]), (0.0, [{}])):
            stopper.step(loss, *given)
            came = "a state" if given and given[0] else "an empty dict" if given else "none"
            kept = stopper.best_state
            found[f"best_state after loss {loss}, with {came}"] = "None" if kept is None else f"a dict of {len(kept)}"
        return found


@exercise.check(
    points=0.5,
    patience=1,
    min_delta=0.0,
    cases=rows(
        "patience min_delta", (0, 0.5), (-1, 0.5), (1, -0.5), (2, -1e-9), (0, -1.0), (1, 0.5), (3, 7.0), (200, 0.5)
    ),
)
def refuses_what_makes_no_sense(student, patience, min_delta):
    """raises ValueError for patience < 1 and for min_delta < 0, and only then: patience may be 1"""
    raised = error_of(ValueError, student.EarlyStopping, patience, min_delta)
    stepped = "" if raised != NO_ERROR else student.EarlyStopping(patience, min_delta).step(1.0)
    return f"{raised} is raised" + (f", and the first step returns {bool(stepped)}" if raised == NO_ERROR else "")


@exercise.check(points=0.25, needs=keeps_the_best, losses=[1.0], cases=rows("losses", [1.0, 2.0, 3.0, 0.5], [nan] * 3))
def returns_python_values(student, losses):
    """step returns a bool, best is a float and best_epoch an int"""
    with made(student, 2, 0.125) as stopper:
        found = [type(stopper.step(loss)).__name__ for loss in losses]
        return {"step": found, "best": type(stopper.best).__name__, "best_epoch": type(stopper.best_epoch).__name__}


exercise.hint(
    """Go through 4, 3, 5, 4, 4 with patience 2 on paper. The best is 3, at step 1. Step 2 is one after it, step 3 two after
    it: that is where step returns True."""
)
exercise.hint(
    """Count the steps yourself, from 0, in every call. The number of steps since the best one is then a difference, and
    there is no counter that somebody might forget to set back: epoch - best_epoch >= patience. With best_epoch = -1 at first
    it is right even before anything was found.""",
    helps=[stopping, stops_when_patience_is_used_up, counts_from_the_start, begins_with_nothing, returns_python_values],
)
exercise.hint(
    """One comparison decides, loss < best - min_delta, with best = inf at first. Every comparison with NaN is False, so it has
    no need of a case of its own, as long as you ask for what is better and not for what is worse.""",
    helps=[history, smaller_gains_change_nothing, takes_any_gain_by_default],
)
exercise.hint(
    """net.state_dict() is a dict of the very tensors that the optimizer goes on changing, and state.copy() is a new dict of
    the same tensors. Each of them needs .clone(), at every improvement and only then, whatever its dtype.""",
    helps=[keeps_the_state_of_the_best_step, copies_the_state, may_have_no_state],
)
exercise.hint(
    """patience and min_delta are known in __init__: raise ValueError there. 1 and 0.0 are allowed. What an object knows belongs
    on self, set in __init__; a list or a number on the class is shared by all objects.""",
    helps=[refuses_what_makes_no_sense, takes_any_gain_by_default, shares_nothing],
)

exercise.equivalent(
    "copy dropped, or done in place: t.detach() -> t", "What a state_dict holds has no graph, and clone() copies."
)
