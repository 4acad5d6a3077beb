"""Checks of cross_validate."""

import torch

from autograder.checks.ch03_model_selection._shared import Notes, candidates
from autograder.spec import Exercise, distinct, drawn, error_of, integers, normal, plain, rows

exercise = Exercise(entry="cross_validate", forbid="sklearn")
SCORES = drawn(lambda d: (torch.randperm(99, generator=d.generator)[:5] / 8).tolist())
data = {"k": 3, "X": distinct("n", "d"), "y": integers("n", high=4), "numbers": candidates(1)}
KINDS = rows(
    "X y",
    (distinct("n"), normal("n")),
    (distinct("n", 1, 2, 3), normal("n", 2)),
    (integers("n", 9, low=-(10**6), high=10**6), integers("n", 1, high=3)),
)


@exercise.call(then=plain, **data)
def cross_validate(student, k, X, y, numbers):
    notes = Notes(X, y, numbers)
    return student.cross_validate(k, X, y, notes.fit(), notes.measure("score"))


@exercise.check(points=3, cases=rows("n k", (6, 3), (8, 2)) + rows("n k", (6, 3)) * KINDS, **data)
def trains_on_all_other_folds(student, k, X, y, numbers):
    """fits on all rows outside of a fold, in their order, and scores on those inside, for each fold"""
    notes = Notes(X, y, numbers)
    found = student.cross_validate(k, X, y, notes.fit(), notes.measure("score"))
    return {
        "fit on": notes.of("fit", "rows"),
        "score on": notes.of("score", "rows"),
        "came back": notes.came_back(found, k),
    }


@exercise.check(points=1.5, cases=rows("n k", (7, 3), (8, 3), (11, 4), (9, 5), (7, 4)), **data)
def makes_the_first_folds_larger(student, k, X, y, numbers):
    """cuts uneven numbers of rows so that the first n mod k folds are one larger"""
    notes = Notes(X, y, numbers)
    found = student.cross_validate(k, X, y, notes.fit(), notes.measure("score"))
    return {"score on": notes.of("score", "rows"), "came back": notes.came_back(found, k)}


@exercise.check(points=1.5, cases=rows("n k", (6, 3), (10, 5)), **data)
def scores_each_new_model(student, k, X, y, numbers):
    """fits one new model for each fold, and scores it before the next is fitted"""
    notes = Notes(X, y, numbers)
    found = student.cross_validate(k, X, y, notes.fit(), notes.measure("score"))
    calls = [f"{call.what} model {call.model}" for call in notes.calls]
    return {"calls": calls, "came back": notes.came_back(found, k)}


@cross_validate.check(
    points=2,
    cases=rows(
        "n k numbers",
        (7, 3, [[1.5, 4.0, 3.25]]),
        (6, 3, [[0.5, -2.0, 8.0]]),
        (5, 2, [[3.0, 1.0]]),
        (9, 4, [[0.0, 1.0, 5.5, -0.25]]),
        (11, 5, [[7.0, 7.0, 2.0, 1.0, 0.125]]),
        (8, 5, [SCORES]),
    ),
)
def returns_mean_and_scores():
    """returns (mean, scores): the scores in the order of the folds, and their plain mean"""


@exercise.check(points=0.75, cases=rows("n", 6) * (*KINDS, {}), **data)
def keeps_dtype_and_shape(student, k, X, y, numbers):
    """hands on X and y in their dtype, and in their shape but for the number of rows"""
    notes = Notes(X, y, numbers)
    found = student.cross_validate(k, X, y, notes.fit(), notes.measure("score"))
    forms = {what: sorted(set(notes.of(what, "form"))) for what in ("fit", "score")}
    return forms | {"came back": notes.came_back(found, k)}


@exercise.check(points=0.75, cases=rows("n k", (4, 1), (4, 0), (4, -2), (4, 5), (1, 1), (1, 2), (4, 4), (4, 2)), **data)
def refuses_impossible_numbers(student, k, X, y, numbers):
    """raises ValueError if k < 2 or k > n, before anything is fitted, and only then: with k = n each row is a fold"""
    notes = Notes(X, y, numbers)
    found = []
    raised = error_of(
        ValueError, lambda: found.append(student.cross_validate(k, X, y, notes.fit(), notes.measure("score")))
    )
    early = len(notes.of("fit")) if raised != "nothing" else 0
    on = notes.of("score", "rows")
    return {"raises": raised, "fits before it": early, "score on": on, "came back": notes.came_back(found, k)}


exercise.returns_python_numbers("returns a tuple of a Python float and a list of Python floats", points=0.25)
exercise.leaves_its_inputs_alone("leaves X and y unchanged", points=0.25)

exercise.hint(
    """Write the folds of 7 rows and k = 3 on paper: rows 0 1 2, then 3 4, then 5 6. Which rows does the second model learn
    from? Those of the first and of the third fold."""
)
exercise.hint(
    """A fold that begins at start and ends before stop is X[start:stop]. The other rows are X[:start] and X[stop:], one
    behind the other: torch.cat joins them. The same for y.""",
    helps=[trains_on_all_other_folds, keeps_dtype_and_shape],
)
exercise.hint(
    """A fold has n // k rows, and one more if it is among the first n % k. Remember where the last one stopped: there the
    next begins.""",
    helps=makes_the_first_folds_larger,
)
exercise.hint(
    """All of it happens inside one loop over the folds: fit a model, score this very model, append the score. A model that
    has seen other folds before would know them already.""",
    helps=[scores_each_new_model, trains_on_all_other_folds],
)
exercise.hint(
    """mean = sum(scores) / k. What score returns is a Python float already, and so is that; a mean by torch is a tensor until
    .item() is called.""",
    helps=returns_mean_and_scores,
)
exercise.hint(
    """Compare k with 2 and with len(X) in the first line, before the loop: k = n is allowed.""",
    helps=refuses_impossible_numbers,
)
