"""Checks of select_model. What a candidate's models are measured with is given: which rows they saw plays no part."""

from math import inf, nan

from autograder.checks.ch03_model_selection._shared import Notes, candidates
from autograder.spec import Exercise, Unfit, describe, distinct, error_of, integers, named, normal, number, plain, rows

exercise = Exercise(entry="select_model", forbid="sklearn")
data = {"k": 2, "numbers": candidates(3), "X": distinct("n", "d"), "y": integers("n", high=4)}
KINDS = rows(
    "X y",
    (distinct("n"), normal("n")),
    (distinct("n", 1, 2, 3), normal("n", 2)),
    (integers("n", 9, low=-(10**6), high=10**6), integers("n", 1, high=3)),
)
IN_TURN = rows("n k numbers", (6, 3, [[2.0, 1.0, 4.0], [1.0, 0.5, 0.25]]), (8, 4, [[1.0] * 4, [2.0] * 4, [0.5] * 4]))
UNEVEN = rows("n k numbers", (7, 3, [[2.0, 1.0, 4.0], [1.0, 0.5, 0.25]]), (11, 4, [[1.0] * 4, [2.0] * 4]))
SMALLEST = rows(
    "k numbers",
    (2, [[3.0, 4.0], [2.0, 1.0], [5.0, 2.5]]),
    (3, [[-1.0, 4.0, 2.0], [2.0, 1.0, 1.0]]),
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
    (2, [[nan, 1.0], [3.0, 4.0], [2.0, 1.0]]),
    (2, [[3.0, 4.0], [1.0, nan], [2.0, 1.0], [5.0, 5.0]]),
    (2, [[2.0, 1.0], [3.0, 4.0], [nan, nan]]),
    (3, [[nan, 0.0, 0.0], [0.5, nan, 0.5], [7.0, 8.0, 9.0], [0.0, 0.0, nan]]),
    (2, [[inf, 1.0], [3.0, 4.0]]),
    (2, [[nan, 1.0], [inf, 4.0], [nan, 2.0]]),
    (2, [[nan, nan], [1.0, inf], [nan, inf]]),
)


RESULTS = ("best", "model", "errors")


def of_the_folds(notes):
    """The calls before the last fit on all rows, which is the winner's."""
    everything = [i for i, call in enumerate(notes.calls) if call.what == "fit" and call.rows == notes.all]
    return notes.calls[: everything[-1]] if everything else notes.calls


@exercise.call(**data)
def best(student, k, X, y, numbers):
    notes = Notes(X, y, numbers)
    return number(named(student.select_model(notes.fits(), k, X, y, notes.measure("error")), *RESULTS)["best"])


@exercise.check(points=1.75, cases=IN_TURN + rows("n", 6, 4) + rows("n", 6) * KINDS, **data)
def measures_on_what_was_left_out(student, k, X, y, numbers):
    """for each candidate and each fold, fits a model on all other rows, in their order, and measures it on the fold"""
    notes = Notes(X, y, numbers)
    found = student.select_model(notes.fits(), k, X, y, notes.measure("error"))
    measured, fits = [set() for _ in numbers], {}
    for call in of_the_folds(notes):
        if call.what == "fit":
            fits[call.model] = call.rows
        else:
            measured[call.candidate].add(f"fit on {fits[call.model]}, error on {call.rows}")
    calls = {f"candidate {c}": sorted(texts) for c, texts in enumerate(measured)}
    return calls | {"came back": notes.came_back(found, k)}


@exercise.check(points=1, cases=UNEVEN + rows("n k", (9, 4)), **data)
def makes_the_first_folds_larger(student, k, X, y, numbers):
    """cuts uneven numbers of rows so that the first n mod k folds are one larger"""
    notes = Notes(X, y, numbers)
    found = student.select_model(notes.fits(), k, X, y, notes.measure("error"))
    on = sorted({call.rows for call in of_the_folds(notes) if call.what == "error"})
    return {"error on": on, "came back": notes.came_back(found, k)}


@exercise.check(points=0.5, cases=IN_TURN + rows("n", 5), **data)
def fits_no_more_than_needed(student, k, X, y, numbers):
    """fits each candidate k times for the folds, and measures each of these models once"""
    notes = Notes(X, y, numbers)
    found = student.select_model(tuple(notes.fits()), k, X, y, notes.measure("error"))
    cut = [call for call in notes.calls if call.what == "fit" and call.rows != notes.all]
    return {
        "fits of each candidate": [sum(call.candidate == c for call in cut) for c in range(len(numbers))],
        "errors of each model": [sum(e == str(call.model) for e in notes.of("error", "model")) for call in cut],
        "came back": notes.came_back(found, k),
    }


@exercise.check(
    points=1.25,
    cases=rows("n", 5) * (*SMALLEST[:2], {}) + UNEVEN + rows("n", 7) * NOT_NUMBERS[3:5] + rows("n", 6) * SMALLEST[3:],
    **data,
)
def averages_over_the_folds(student, k, X, y, numbers):
    """returns, for each candidate, the plain mean of its k errors, be it inf or NaN"""
    notes = Notes(X, y, numbers)
    return plain(named(student.select_model(notes.fits(), k, X, y, notes.measure("error")), *RESULTS)["errors"])


@best.check(points=1.25, cases=rows("n", 6) * SMALLEST)
def takes_the_smallest():
    """chooses the candidate with the smallest mean error"""


@best.check(points=0.5, needs=takes_the_smallest, cases=rows("n", 6) * TIES)
def takes_the_first_of_equals():
    """chooses the lowest index of equally small errors"""


@best.check(points=1, needs=takes_the_smallest, cases=rows("n", 6) * NOT_NUMBERS)
def never_takes_nan():
    """never chooses a candidate whose mean error is NaN, wherever it stands; one with inf only if nothing is smaller"""


@exercise.check(points=1.25, cases=rows("n", 7) * SMALLEST + rows("n", 6) * KINDS, **data)
def fits_the_winner_on_everything(student, k, X, y, numbers):
    """returns the model that candidates[best] made of all rows, in the last of all calls"""
    notes = Notes(X, y, numbers)
    found = named(student.select_model(notes.fits(), k, X, y, notes.measure("error")), *RESULTS)
    model = notes.number(found["model"])
    if model < 0:
        text = "expected a model that one of the candidates returned, got {got}"
        raise Unfit(text, got=describe(found["model"]))
    fit = next(call for call in notes.calls if call.what == "fit" and call.model == model)
    return {
        "the model was fitted on": fit.rows,
        "it is one of candidates[best]": fit.candidate == number(found["best"]),
        "it was made by the last call": notes.calls[-1] is fit,
        "fits on all rows": notes.of("fit", "rows").count(notes.all),
        "came back": notes.came_back([*found.values()], k),
    }


@exercise.check(points=0.25, cases=rows("n", 6) * (*KINDS, {}), **data)
def keeps_dtype_and_shape(student, k, X, y, numbers):
    """hands on X and y in their dtype, and in their shape but for the number of rows"""
    notes = Notes(X, y, numbers)
    found = student.select_model(notes.fits(), k, X, y, notes.measure("error"))
    forms = {what: sorted(set(notes.of(what, "form"))) for what in ("fit", "error")}
    return forms | {"came back": notes.came_back(found, k)}


@exercise.check(
    points=0.5,
    cases=rows("n k", (4, 1), (4, 0), (4, -2), (4, 5), (1, 1), (1, 2), (4, 4), (2, 2))
    + rows("n k numbers", (4, 2, []), (4, 3, [])),
    **data,
)
def refuses_before_it_fits(student, k, X, y, numbers):
    """raises ValueError without a candidate, for k < 2 and for k > n, before anything is fitted, and only then"""
    notes, found = Notes(X, y, numbers), []
    raised = error_of(
        ValueError, lambda: found.append(student.select_model(notes.fits(), k, X, y, notes.measure("error")))
    )
    early = len(notes.of("fit")) if raised != "nothing" else 0
    cut = {call.rows for call in of_the_folds(notes) if call.what == "error"}
    return {"raises": raised, "fits before it": early, "folds": len(cut), "came back": notes.came_back(found, k)}


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
    _best, _model, errors = named(found, *RESULTS).values()
    return {
        "a tuple": isinstance(found, tuple),
        "best is an int": isinstance(_best, int),
        "errors are a list of floats": isinstance(errors, list) and all(isinstance(e, float) for e in errors),
        "candidates are as before": candidates == given,
        "came back": notes.came_back(found, k),
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
        measures_on_what_was_left_out,
        makes_the_first_folds_larger,
        fits_no_more_than_needed,
        keeps_dtype_and_shape,
    ],
)
exercise.hint(
    """Add up the k errors of a candidate and divide by k. Nothing has to be done about inf and NaN: a sum carries them on by
    itself.""",
    helps=averages_over_the_folds,
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
