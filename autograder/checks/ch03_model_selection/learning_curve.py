"""Checks of learning_curve. Rows to look up come from a table: X is table[places], Z is table[asked].

Rows of most tables have no entry in common, so that what is wrong about their comparison costs points in one check.
"""

import torch

from autograder.checks.ch03_model_selection._shared import LABELS, Noted, Notes, candidates, forms, indices
from autograder.spec import NO_ERROR, Close, Exercise, distinct, drawn, error_of, integers, normal, plain, rows, tensor


def pairs(d):
    """Nine rows of two out of three values: they share entries, and some differ by the order of these alone."""
    values = torch.randperm(20, generator=d.generator)[:3].to(d.dtype) - 9.5
    return torch.cartesian_prod(values, values)


def labels(*places):
    """The same of several labels, drawn and in ascending order, at each of these places."""
    return drawn(lambda d: torch.randperm(50, generator=d.generator)[:4].sort().values[[*places]].tolist())


exercise = Exercise(entry=("lookup_classifier", "learning_curve"), forbid="sklearn", sizes={"n": (6, 8)})
BIG, FINE = 2**53, torch.tensor([[1.5], [1.5 + 2**-40], [2.0]], dtype=torch.float64)
NO_ENTRIES = drawn(lambda d: torch.zeros(6, 0, dtype=d.dtype))
data = {"X": distinct("n", "d"), "y": LABELS}
unseen = {"X_val": distinct("m", "d", low=4.0, high=9.0), "y_val": integers("m", low=60, high=64)}
CUT = {"sizes": [1, 3, 6], **data, **unseen, "numbers": candidates(1)}
ERRORS = drawn(lambda d: [(torch.randperm(99, generator=d.generator)[:6] / 8).tolist()])
SHAPES = rows(
    "X y X_val y_val",
    (distinct("n"), normal("n"), distinct("m", low=4.0, high=9.0), normal("m", mean=50.0)),
    (distinct("n", 2, 3), normal("n", 2), distinct("m", 2, 3, low=4.0, high=9.0), normal("m", 2, mean=50.0)),
)
SIZES = rows("sizes", [4, 2, 6, 1], (3, 3), [5], [6, 6, 2, 6], [])


@exercise.call(table=distinct(9, 3), places=[0, 1, 2, 3], labels=labels(2, 0, 1, 1), asked=[3, 0, 2, 0, 1])
def lookup(student, table, places, labels, asked):
    predict = student.lookup_classifier(table[places], torch.tensor(labels))
    return indices(predict(table[torch.tensor(asked, dtype=torch.int64)]))


@exercise.call(then=plain, **CUT)
def curve(student, sizes, X, y, X_val, y_val, numbers):
    notes = Notes(X, y, numbers, (X_val, y_val))
    return student.learning_curve(sizes, X, y, X_val, y_val, notes.fit(), notes.measure("error", in_turn=True))


@exercise.call(**CUT)
def noted(student, sizes, X, y, X_val, y_val, numbers):
    notes = Notes(X, y, numbers, (X_val, y_val))
    return notes.told(student.learning_curve(sizes, X, y, X_val, y_val, notes.fit(), notes.measure("error")))


@lookup.check(
    points=1.5,
    also=rows("table", drawn(pairs))
    + rows("table asked", (distinct(5, "d"), [2, 2, 1, 3, 0]))
    + rows("places labels asked", ([8, 0, 3, 1, 7, 2, 5, 4, 6], [3, 1, 3001, 1, 5, 9, 2, 6, 0], [6, 0, 8, 1, 2, 5, 4]))
    * rows("table", drawn(pairs)),
)
def remembers_what_it_saw():
    """lookup_classifier finds the label of every row that is in X, equal to it in all entries"""


@lookup.check(
    points=1.25,
    cases=rows(
        "places labels asked",
        ([0, 1, 0, 2, 0, 1, 1], [1, 0, 2, 3, 2, 4, 4], [0, 1, 2, 1]),
        ([4, 3, 4, 3, 3, 4, 5, 5, 5], [5, 0, 5, 7, 0, 1, 2, 0, 2], [3, 4, 5]),
        ([6, 6, 6, 6, 6, 6], labels(1, 2, 2, 3, 3, 3), [6, 6]),
    ),
)
def counts_the_labels_of_equal_rows():
    """lookup_classifier gives a row that is in X several times its most frequent label there"""


@lookup.check(
    points=0.5,
    cases=rows(
        "places labels asked",
        ([0, 0, 1, 1, 2], [8, 1, 1, 8, 2], [0, 1]),
        ([0, 0, 0, 0, 0, 1, 1], [2, 0, 5, 2, 0, 10, 9], [0, 1]),
        ([4, 4, 1, 1], [10, 9, 10, 9], [4]),
        ([0, 0, 1, 1], labels(3, 2, 2, 3), [4]),
    ),
)
def takes_the_smallest_of_equals():
    """lookup_classifier takes the smallest of equally frequent labels"""


@lookup.check(
    points=1.25,
    cases=rows(
        "places labels asked",
        ([0, 0, 0, 1, 2], labels(2, 2, 2, 1, 1), [5, 6, 7, 8]),
        ([0, 1, 2, 3, 4], [3, 1, 3, 0, 4], [8, 5, 6, 7]),
        ([4, 3, 2, 3, 3], [0, 1, 0, 1, 1], [0, 1, 8]),
        ([1, 2, 3], [6, 8, 8], [0, 4]),
    ),
)
def guesses_for_other_rows():
    """lookup_classifier gives a row that is not in X the most frequent label of all n rows"""


@lookup.check(
    points=0.5,
    needs=guesses_for_other_rows,
    cases=rows("places labels asked", ([5], [7], [5, 0]), ([0, 1, 2], [0, 2, 1], []), ([0, 1, 2], [2, 1, 2], [4]))
    + rows(
        "table places labels asked",
        (distinct(4, 1), [0, 1, 0], [1, 0, 1], [3, 2]),
        (NO_ENTRIES, [0, 1, 2, 3, 4, 5], [0, 1, 1, 1, 0, 1], [0, 1, 4]),
    ),
)
def takes_the_smallest_sets():
    """lookup_classifier takes n = 1, m = 0, d = 1 and d = 0, where all rows are equal"""


@lookup.check(
    points=0.5,
    cases=rows(
        "table places labels asked",
        (tensor([[BIG], [BIG + 1], [0]]), [0, 1], labels(3, 1), [1, 0]),
        (tensor([[True], [False]]), [0, 1], [2, 1], [1, 0]),
        (tensor(FINE, dtype=torch.float64), [0, 1], [4, 2], [0, 1]),
        (tensor([[1.5], [1.5 + 2**-22], [1.01]]), [0, 1, 2], [2, 0, 1], [0, 1, 2]),
        (tensor([[0.1], [0.2], [0.3]], dtype=torch.float16), [2, 1], [0, 5], [1, 2]),
    ),
)
def takes_any_dtype():
    """lookup_classifier takes X of any dtype, and tells its rows exactly"""


@lookup.check(points=0.25, cases=rows("asked", [2, 0, 3], [3], []))
def returns_a_tensor_of_labels(student, table, places, labels, asked):
    """lookup_classifier returns a function whose result has shape (m,) and dtype int64, also for m = 0 and m = 1"""
    predict = student.lookup_classifier(table[places], torch.tensor(labels))
    found = predict(table[torch.tensor(asked, dtype=torch.int64)])
    return {"number of labels": len(indices(found)), "the result": forms(found)}


@lookup.check(
    points=0.5,
    asked=[1, 0, 2, 4],
    cases=rows("labels", [1, 0, 2, 0], labels(0, 3, 1, 3))
    + rows("table places labels asked", (distinct(4, 1), [1], [7], [1, 0])),
)
def keeps_to_itself(student, table, places, labels, asked):
    """lookup_classifier returns a function that no other call and no later change of X or y reaches, and changes nothing"""
    X, y, Z = table[places], torch.tensor(labels), table[asked]
    predict = student.lookup_classifier(X, y)
    changed = {"X is changed": not torch.equal(X, table[places]), "y is changed": y.tolist() != labels}
    student.lookup_classifier(X, y + 1)(X)
    predict(Z.flip(0))
    X.fill_(100)
    y.fill_(9)
    return {"labels": indices(predict(Z)), "Z is changed": not torch.equal(Z, table[asked])} | changed


def calls(got, X, X_val):
    names = {str([*range(len(X), len(X) + len(X_val))]): "the whole validation set"}
    said = []
    for call in map(Noted._make, got["calls"]):
        on = names.get(str(call.rows), f"rows {call.rows}")
        on += f" with the labels of rows {call.labels}" if call.rows != call.labels else ""
        said.append(f"{call.what}, model {call.model}, {on}: {call.form}")
    return {"calls": said, "the result": got["the result"]}


def fitted(got):
    on = [call.rows for call in map(Noted._make, got["calls"]) if call.what == "fit"]
    return {"fitted on rows": on, "the result": got["the result"]}


@noted.check(points=1.5, judge=Close(of=calls), cases=rows("n", 7, 8) + rows("n", 7) * SHAPES)
def fits_and_measures_twice():
    """learning_curve fits one model on the first m rows, then measures it on these and on the validation set"""


@noted.check(points=0.5, judge=Close(of=fitted), cases=rows("n", 7) * SIZES)
def takes_sizes_in_any_order():
    """learning_curve goes through the sizes as they come, repeated and falling ones too; there may be none"""


@curve.check(
    points=0.5,
    cases=rows("n numbers", (7, ERRORS), (8, [[0.0, 4.0, 0.5, 3.0, 1.25, 2.0]]))
    + rows("n", 7) * rows("sizes numbers", ([2], [[1.0, 3.0]]), ([5, 2], [[2.0] * 4])),
)
def returns_both_curves():
    """learning_curve returns (train_errors, validation_errors), one error for each size in each"""


@curve.check(
    points=0.25,
    needs=returns_both_curves,
    cases=rows("n sizes numbers", (7, [2, 4], [[1 / 3, 0.7, 1e-9, 2.0**24 + 1]])),
    dtypes=["float64"],
)
def loses_no_digits():
    """learning_curve returns the errors as error returned them, to the full precision of Python floats"""


@exercise.check(
    points=0.5,
    cases=rows("n sizes", (6, [0, 2]), (6, [2, 7]), (6, [-1]), (6, [3, 100, 2]), (6, [6, 0]), (6, [1, 6]), (6, [6])),
    **CUT,
)
def refuses_impossible_sizes(student, sizes, X, y, X_val, y_val, numbers):
    """learning_curve raises ValueError for a size < 1 or > n, before anything is fitted, and only then"""
    notes = Notes(X, y, numbers, (X_val, y_val))
    given, found = (sizes, X, y, X_val, y_val, notes.fit(), notes.measure("error")), []
    raised = error_of(ValueError, lambda: found.append(student.learning_curve(*given)))
    early = len(notes.calls) if raised != NO_ERROR else 0
    return {"what is raised": raised, "calls before it": early, "the result": notes.told(found)["the result"]}


exercise.returns_python_numbers("learning_curve returns a tuple of two lists of Python floats", points=0.25)
exercise.leaves_its_inputs_alone("learning_curve leaves what it is given unchanged", points=0.25, except_for=lookup)

exercise.hint(
    """A tensor is no good as a key of a dict: two equal ones are two keys. A tuple of numbers is: tuple(row.tolist())."""
)
exercise.hint(
    """Two steps. First collect all labels of each row, in a dict from rows to lists; then let each list become one label. The
    function that is returned only looks up.""",
    helps=[remembers_what_it_saw, counts_the_labels_of_equal_rows, keeps_to_itself],
)
exercise.hint(
    """dict.get(key, otherwise) returns otherwise where there is no such key. It is one and the same label for all rows that
    are not in X: the most frequent in y, where a row that came three times counts three times.""",
    helps=[guesses_for_other_rows, takes_the_smallest_sets],
)
exercise.hint(
    """torch.bincount(labels).argmax() is the most frequent label, and of equally frequent ones the smallest, because argmax
    of a bincount takes the first. With Python: min(set(labels), key=lambda label: (-labels.count(label), label)).""",
    helps=[counts_the_labels_of_equal_rows, takes_the_smallest_of_equals],
)
exercise.hint(
    """Leave X in its dtype: a float32 cannot tell 1.5 from 1.5 + 2**-40, and a float of any kind cannot tell 2**53 from
    2**53 + 1. Nor is text a good key: str(row) rounds to four decimals. And of no rows torch.tensor([]) makes float32: say dtype=torch.int64.""",
    helps=[takes_any_dtype, returns_a_tensor_of_labels],
)
exercise.hint(
    """Three calls for each m: model = fit(X[:m], y[:m]), then error(model, X[:m], y[:m]), then error(model, X_val, y_val).
    Measured on all of X the training error would count rows that the model has never seen.""",
    helps=[fits_and_measures_twice, takes_sizes_in_any_order, returns_both_curves],
)
exercise.hint(
    """Look at all sizes before the loop: any(m < 1 or m > len(X) for m in sizes).""", helps=refuses_impossible_sizes
)
