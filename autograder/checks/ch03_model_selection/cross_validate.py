"""Checks of cross_validate. One run takes notes of all calls, and each check looks at one thing in them."""

import torch

from autograder.checks.ch03_model_selection._shared import (
    IMPOSSIBLE,
    KINDS,
    LABELS,
    Notes,
    candidates,
    fits,
    given,
    look,
    measured,
    order,
    sequence,
    unseen,
)
from autograder.spec import NO_ERROR, Close, Exercise, distinct, drawn, error_of, plain, rows

exercise = Exercise(entry="cross_validate", forbid="sklearn")
SCORES = drawn(lambda d: (torch.randperm(99, generator=d.generator)[:5] / 8).tolist())
EVEN = rows("n k", (6, 3), (8, 2), (15, 5))
UNEVEN = rows("n k", (7, 3), (8, 3), (11, 4), (9, 5), (7, 4))
FINE = rows("n k numbers", (6, 3, [[1 / 3, 0.1, 1e-9]]), (7, 2, [[2.0**24 + 1, 2.0**24 + 2]]))
data = {"k": 3, "X": distinct("n", "d"), "y": LABELS, "numbers": candidates(1)}


@exercise.call(**data)
def noted(student, k, X, y, numbers):
    notes = Notes(X, y, numbers)
    return notes.told(student.cross_validate(k, X, y, notes.fit(), notes.measure("score")), k)


@exercise.call(then=plain, **data)
def cross_validate(student, k, X, y, numbers):
    notes = Notes(X, y, numbers)
    return student.cross_validate(k, X, y, notes.fit(), notes.measure("score"))


@noted.check(points=2, judge=Close(of=look("fitted on", fits)), cases=EVEN)
def trains_on_all_other_folds():
    """fits on all rows outside of a fold, for one fold after the other"""


@noted.check(points=1.25, judge=Close(of=look("scored on", unseen)), cases=EVEN)
def scores_on_unseen_rows():
    """scores each model on rows that it has not learned from"""


@noted.check(points=1.25, judge=Close(of=look("scored on", measured)), cases=UNEVEN)
def makes_the_first_folds_larger():
    """scores on consecutive blocks of rows, of which the first n mod k are one larger"""


@noted.check(points=0.5, judge=Close(of=look("fitted on", order)), cases=EVEN)
def keeps_the_order_of_rows():
    """fits on the rows in their order: those in front of the fold, then those behind it"""


@noted.check(points=1, judge=Close(of=look("X and y", given)), cases=rows("n", 6) * (*KINDS, {}))
def hands_on_rows_as_they_are():
    """hands on the rows of X and y unchanged, in their dtype and their shape"""


@noted.check(points=1, judge=Close(of=look("calls", sequence)), cases=rows("n k", (6, 3), (10, 5)))
def fits_and_scores_in_turn():
    """fits one new model for each fold, and scores it once, before the next is fitted; there are no other calls"""


@cross_validate.check(
    points=1.5,
    cases=rows(
        "n k numbers",
        (7, 3, [[1.5, 4.0, 3.5]]),
        (6, 3, [[0.5, -2.0, 7.5]]),
        (5, 2, [[3.0, 1.0]]),
        (9, 4, [[0.0, 1.0, 5.5, -0.25]]),
        (11, 5, [[7.0, 7.0, 2.0, 1.0, 0.125]]),
        (8, 5, [SCORES]),
    ),
)
def returns_mean_and_scores():
    """returns (mean, scores): the scores in the order of the folds, and their plain mean"""


@cross_validate.check(points=0.25, needs=returns_mean_and_scores, cases=FINE, dtypes=["float64"])
def loses_no_digits():
    """returns the scores as score returned them, and their mean, to the full precision of Python floats"""


@exercise.check(points=0.75, cases=IMPOSSIBLE + rows("n k", (4, 4), (4, 2)), **data)
def refuses_impossible_numbers(student, k, X, y, numbers):
    """raises ValueError if k < 2 or k > n, before anything is fitted, and only then: with k = n each row is a fold"""
    notes, found = Notes(X, y, numbers), []
    raised = error_of(
        ValueError, lambda: found.append(student.cross_validate(k, X, y, notes.fit(), notes.measure("score")))
    )
    early = len(notes.calls) if raised != NO_ERROR else 0
    return {"what is raised": raised, "calls before it": early, "the result": notes.told(found, k)["the result"]}


exercise.returns_python_numbers("returns a tuple of a Python float and a list of Python floats", points=0.25)
exercise.leaves_its_inputs_alone("leaves X and y unchanged", points=0.25)

exercise.hint(
    """Write the folds of 7 rows and k = 3 on paper: rows 0 1 2, then 3 4, then 5 6. Which rows does the second model learn
    from? Those of the first and of the third fold."""
)
exercise.hint(
    """A fold that begins at start and ends before stop is X[start:stop]. The other rows are X[:start] and X[stop:], one
    behind the other: torch.cat joins them. The same for y.""",
    helps=[trains_on_all_other_folds, keeps_the_order_of_rows, hands_on_rows_as_they_are],
)
exercise.hint(
    """A fold has n // k rows, and one more if it is among the first n % k. Remember where the last one stopped: there the
    next begins.""",
    helps=makes_the_first_folds_larger,
)
exercise.hint(
    """All of it happens inside one loop over the folds: fit a model, score this very model on the fold, append the score. A
    model that has seen other folds before would know them already.""",
    helps=[fits_and_scores_in_turn, scores_on_unseen_rows, trains_on_all_other_folds],
)
exercise.hint(
    """mean = sum(scores) / k. What score returns is a Python float already, and so is that. A tensor made of scores is
    float32, which keeps seven digits of sixteen.""",
    helps=[returns_mean_and_scores, loses_no_digits],
)
exercise.hint(
    """Compare k with 2 and with len(X) in the first line, before the loop: k = n is allowed.""",
    helps=refuses_impossible_numbers,
)
