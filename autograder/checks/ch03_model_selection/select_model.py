"""Checks of select_model. What a candidate's models are measured with is given: which rows they saw plays no part.

One run takes notes of all calls, and the first checks look each at one thing in them.
"""

from math import inf, nan

from autograder.checks.ch03_model_selection._shared import (
    IMPOSSIBLE,
    KINDS,
    LABELS,
    Notes,
    candidates,
    counts,
    fits,
    given,
    look,
    measured,
    order,
    unseen,
)
from autograder.spec import NO_ERROR, Close, Exercise, Unfit, describe, distinct, error_of, named, number, plain, rows

exercise = Exercise(entry="select_model", forbid="sklearn")
RESULTS = ("best", "model", "errors")
data = {"k": 2, "numbers": candidates(3), "X": distinct("n", "d"), "y": LABELS}
EVEN = rows("n k", (6, 3), (8, 4), (6, 2), (4, 2))
UNEVEN = rows("n k", (7, 3), (11, 4), (9, 4))
SMALLEST = rows(
    "k numbers",
    (2, [[3.0, 4.0], [2.0, 1.0], [5.0, 2.5]]),
    (3, [[-1.0, 4.0, 3.0], [2.0, 1.0, 1.5]]),
    (2, [[0.5, 0.25], [0.0, 4.0], [1.0, 1.0], [2.0, 0.125]]),
    (4, [[6.0, 0.5, 0.5, 0.5], [1.0, 1.0, 1.0, 8.0], [1.0, 1.5, 2.0, 1.0]]),
    (2, [[-1.0, -2.0], [-4.0, 1.5], [-2.0, -3.0]]),
    (2, [[9.0, 1.0]]),
    (2, candidates(9)),
)
TIES = rows(
    "k numbers",
    (2, [[1.0, 3.0], [2.0, 2.0]]),
    (2, [[3.0, 3.0], [0.5, 1.5], [2.0, 0.0], [1.0, 1.0]]),
    (4, [[0.25] * 4] * 3),
    (2, [[inf, 1.0], [2.0, inf]]),
)
NOT_NUMBERS = rows(
    "k numbers",
    (3, [[nan, 1.0, 4.0], [3.0, 4.0, 5.0], [2.0, 1.0, 3.0]]),
    (2, [[3.0, 4.0], [1.0, nan], [2.0, 1.0], [5.0, 5.0]]),
    (2, [[2.0, 1.0], [3.0, 4.0], [nan, nan]]),
    (3, [[nan, 0.5, 1.0], [0.5, nan, 2.5], [7.0, 8.0, 9.0], [0.5, 3.0, nan]]),
    (2, [[inf, 1.0], [3.0, 4.0]]),
    (2, [[nan, 1.0], [inf, 4.0], [nan, 2.0]]),
    (2, [[nan, nan], [1.0, inf], [nan, inf]]),
)
MEANS = rows("n", 5) * SMALLEST[:2] + rows("n", 6) * SMALLEST[3:] + rows("n", 7) * (SMALLEST[1], *NOT_NUMBERS[3:5])
FINE = rows("n k numbers", (6, 3, [[1 / 3, 0.1, 0.7], [1e-9] * 3]), (7, 2, [[2.0**24 + 1, 2.0**24 + 2]]))


@exercise.call(**data)
def noted(student, k, X, y, numbers):
    notes = Notes(X, y, numbers)
    return notes.told(student.select_model(notes.fits(), k, X, y, notes.measure("error")), k)


@exercise.call(**data)
def best(student, k, X, y, numbers):
    notes = Notes(X, y, numbers)
    return number(named(student.select_model(notes.fits(), k, X, y, notes.measure("error")), *RESULTS)["best"])


@exercise.call(**data)
def errors(student, k, X, y, numbers):
    notes = Notes(X, y, numbers)
    return plain(named(student.select_model(notes.fits(), k, X, y, notes.measure("error")), *RESULTS)["errors"])


@noted.check(points=1, judge=Close(of=look("fitted on", fits, winner=True)), cases=EVEN)
def trains_on_all_other_folds():
    """fits each candidate on all rows outside of a fold, for each fold"""


@noted.check(points=0.75, judge=Close(of=look("measured on", unseen, winner=True)), cases=EVEN)
def measures_on_unseen_rows():
    """measures each of these models on rows that it has not learned from"""


@noted.check(points=0.75, judge=Close(of=look("measured on", measured, winner=True)), cases=UNEVEN)
def makes_the_first_folds_larger():
    """measures on consecutive blocks of rows, of which the first n mod k are one larger, the same for all candidates"""


@noted.check(points=0.25, judge=Close(of=look("fitted on", order, winner=True)), cases=EVEN)
def keeps_the_order_of_rows():
    """fits on the rows in their order: those in front of the fold, then those behind it"""


@noted.check(points=0.5, judge=Close(of=look("X and y", given, winner=True)), cases=rows("n", 6) * (*KINDS, {}))
def hands_on_rows_as_they_are():
    """hands on the rows of X and y unchanged, in their dtype and their shape"""


@noted.check(
    points=0.5,
    judge=Close(of=look("models", counts, winner=True)),
    cases=EVEN + rows("n k numbers", (6, 3, [[nan, 1.0, 2.0], [3.0], [1.0, nan, nan]])),
)
def fits_no_more_than_needed():
    """fits each candidate k times for the folds, and measures each of these models once, be some errors NaN or not"""


@errors.check(points=1, cases=MEANS)
def averages_over_the_folds():
    """returns, for each candidate, the plain mean of its k errors, be it inf or NaN"""


@errors.check(points=0.25, needs=averages_over_the_folds, cases=FINE, dtypes=["float64"])
def loses_no_digits():
    """returns the means to the full precision of Python floats"""


@best.check(points=1.25, cases=rows("n", 6) * SMALLEST)
def takes_the_smallest():
    """chooses the candidate with the smallest mean error"""


@best.check(points=0.5, needs=takes_the_smallest, cases=rows("n", 6) * TIES)
def takes_the_first_of_equals():
    """chooses the lowest index of equally small errors"""


@best.check(points=0.75, needs=takes_the_smallest, cases=rows("n", 6) * NOT_NUMBERS)
def never_takes_nan():
    """never chooses a candidate whose mean error is NaN, wherever it stands; one with inf only if nothing is smaller"""


@exercise.check(points=1.25, cases=rows("n", 7) * SMALLEST + rows("n", 6) * KINDS, **data)
def fits_the_winner_on_everything(student, k, X, y, numbers):
    """returns the model that candidates[best] made of all rows, in the last of all calls"""
    notes = Notes(X, y, numbers)
    found = named(student.select_model(notes.fits(), k, X, y, notes.measure("error")), *RESULTS)
    model, everything = notes.number(found["model"]), [*range(len(X))]
    if model < 0:
        text = "expected a model that one of the candidates returned, got {got}"
        raise Unfit(text, got=describe(found["model"]))
    last = notes.calls[-1]
    (made,) = [call for call in notes.calls if call.what == "fit" and call.model == model]
    other = ", with other numbers" if "other numbers" in made.form else ""
    return {
        "the model was fitted on": f"rows {made.rows} of X and {made.labels} of y{other}",
        "it is one of": "candidates[best]" if made.candidate == number(found["best"]) else "another candidate",
        "the last call": "makes it" if made is last else f"is {'a fit' if last.what == 'fit' else last.what}",
        "fits on all rows": sum(call.what == "fit" and sorted(call.rows) == everything for call in notes.calls),
        "the result": notes.told([*found.values()], k)["the result"],
    }


@exercise.check(
    points=0.5, cases=IMPOSSIBLE + rows("n k", (4, 4), (2, 2)) + rows("n k numbers", (4, 2, []), (4, 3, [])), **data
)
def refuses_before_it_fits(student, k, X, y, numbers):
    """raises ValueError without a candidate, for k < 2 and for k > n, before anything is fitted, and only then"""
    notes, found = Notes(X, y, numbers), []
    raised = error_of(
        ValueError, lambda: found.append(student.select_model(notes.fits(), k, X, y, notes.measure("error")))
    )
    early = len(notes.calls) if raised != NO_ERROR else 0
    return {"what is raised": raised, "calls before it": early, "the result": notes.told(found, k)["the result"]}


@exercise.check(
    points=0.25,
    cases=rows("n k numbers", (4, 2, [[nan, 1.0], [2.0, nan]]), (5, 2, [[nan, nan]]), (4, 2, [[inf, 1.0]])),
    **data,
)
def refuses_if_all_are_nan(student, k, X, y, numbers):
    """raises ValueError if all mean errors are NaN, and only then"""
    notes = Notes(X, y, numbers)
    return error_of(ValueError, student.select_model, notes.fits(), k, X, y, notes.measure("error"))


@exercise.check(points=0.25, cases=rows("n", 5), **data)
def returns_python_numbers(student, k, X, y, numbers):
    """returns a tuple: a Python int, the model, and a list of Python floats; the list of candidates stays as it was"""
    notes = Notes(X, y, numbers)
    candidates = notes.fits()
    given = [*candidates]
    found = student.select_model(candidates, k, X, y, notes.measure("error"))
    best, _model, errors = named(found, *RESULTS).values()
    return {
        "what comes back": type(found).__name__,
        "best": type(best).__name__,
        "errors": f"{type(errors).__name__} of {', '.join(sorted({type(e).__name__ for e in errors}))}",
        "the list of candidates": "as it was" if candidates == given else "changed",
        "the result": notes.told(found, k)["the result"],
    }


exercise.leaves_its_inputs_alone("leaves X and y unchanged", points=0.25)

exercise.hint(
    """It is cross-validation in a loop over the candidates, then a choice, then one more fit. Write these three parts one
    after the other, each with a line to look at its result."""
)
exercise.hint(
    """For one candidate: a fold is X[start:stop], and the other rows are torch.cat([X[:start], X[stop:]]). A fold has n // k
    rows, and one more if it is among the first n % k. Every fold needs a model of its own, measured once.""",
    helps=[
        trains_on_all_other_folds,
        measures_on_unseen_rows,
        makes_the_first_folds_larger,
        keeps_the_order_of_rows,
        hands_on_rows_as_they_are,
        fits_no_more_than_needed,
    ],
)
exercise.hint(
    """Add up the k errors of a candidate and divide by k. Nothing has to be done about inf and NaN: a sum carries them on by
    itself. A tensor made of errors is float32, which keeps seven digits of sixteen.""",
    helps=[averages_over_the_folds, loses_no_digits],
)
exercise.hint(
    """Every comparison with NaN is False, so min(errors) returns it if it stands first and passes over it elsewhere, and
    torch.argmin always takes it. Leave such candidates out before you look for the smallest: math.isnan tells.""",
    helps=[never_takes_nan, refuses_if_all_are_nan],
)
exercise.hint(
    """Go through the candidates in order, and take another one only if its error is smaller than the smallest so far, not if
    it is equal. min(indices, key=...) does just that.""",
    helps=[takes_the_smallest, takes_the_first_of_equals],
)
exercise.hint(
    """The models of the folds have done their work once the errors are there. The one to return is new: candidates[best](X,
    y), in the return statement.""",
    helps=fits_the_winner_on_everything,
)
exercise.hint(
    """len(candidates), k and len(X) are known in the first line: what cannot be is refused there. That all errors are NaN
    turns out only after the loop.""",
    helps=[refuses_before_it_fits, refuses_if_all_are_nan],
)
