"""Checks of learning_curve. Rows to look up come from a table: X is table[places], Z is table[asked]."""

import torch

from autograder.checks.ch03_model_selection._shared import Notes, candidates, forms, indices
from autograder.spec import Exercise, distinct, drawn, error_of, integers, normal, plain, rows, tensor


def pairs(d):
    """Nine rows of two out of three values: they share entries, and some differ by the order of these alone."""
    values = torch.randperm(20, generator=d.generator)[:3].to(d.dtype) - 9.5
    return torch.cartesian_prod(values, values)


def labels(*places):
    """The same of several labels, drawn and in ascending order, at each of these places."""
    return drawn(lambda d: torch.randperm(50, generator=d.generator)[:4].sort().values[[*places]].tolist())


exercise = Exercise(entry=("lookup_classifier", "learning_curve"), forbid="sklearn", sizes={"n": (6, 8)})
BIG, FINE = 2**53, torch.tensor([[1.0], [1 + 2**-40], [2.0]], dtype=torch.float64)
SEEN = {"places": [0, 1, 2, 3], "labels": [2, 0, 1, 1]}
APART = tensor([[0.5, 0.5], [1.5, 1.5], [2.5, 2.5], [3.5, 3.5], [9.5, 9.5]])
WIDE = distinct(5, "d")
data = {"X": distinct("n", "d"), "y": integers("n", high=4)}
unseen = {"X_val": distinct("m", "d", low=4.0, high=9.0), "y_val": integers("m", high=4)}
CUT = {"sizes": [1, 3, 6], **data, **unseen, "numbers": candidates(1)}
ERRORS = drawn(lambda d: [(torch.randperm(99, generator=d.generator)[:6] / 8).tolist()])
SHAPES = rows(
    "X y X_val y_val",
    (distinct("n"), normal("n"), distinct("m", low=4.0, high=9.0), normal("m")),
    (distinct("n", 2, 3), normal("n", 2), distinct("m", 2, 3, low=4.0, high=9.0), normal("m", 2)),
)
SIZES = rows("sizes", [4, 2, 6, 1], (3, 3), [5], [6, 6, 2, 6], [])


@exercise.call(table=drawn(pairs), asked=[3, 0, 2, 0, 1], **SEEN)
def lookup(student, table, places, labels, asked):
    predict = student.lookup_classifier(table[places], torch.tensor(labels))
    return indices(predict(table[torch.tensor(asked, dtype=torch.int64)]))


@exercise.call(then=plain, **CUT)
def curve(student, sizes, X, y, X_val, y_val, numbers):
    notes = Notes(X, y, numbers, (X_val, y_val))
    return student.learning_curve(sizes, X, y, X_val, y_val, notes.fit(), notes.measure("error"))


@lookup.check(
    points=1.5,
    labels=labels(2, 0, 1, 1),
    also=rows("table asked", (WIDE, [2, 2, 1, 3, 0]))
    + rows("places labels asked", ([8, 0, 3, 1, 7, 2, 5, 4, 6], [3, 1, 3001, 1, 5, 9, 2, 6, 0], [6, 0, 8, 1, 2, 5, 4])),
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
    needs=remembers_what_it_saw,
    cases=rows(
        "places labels asked",
        ([0, 0, 1, 1, 2], [8, 1, 1, 8, 2], [0, 1]),
        ([0, 0, 0, 0, 0, 1, 1], [2, 0, 5, 2, 0, 10, 9], [0, 1]),
    )
    + rows("table labels asked", (APART, [4, 4, 1, 1], [4]), (APART, [10, 9, 10, 9], [4])),
)
def takes_the_smallest_of_equals():
    """lookup_classifier takes the smallest of equally frequent labels"""


@lookup.check(
    points=1.25,
    cases=rows(
        "places labels asked",
        ([0, 0, 0, 1, 2], labels(2, 2, 2, 1, 1), [5, 1, 6, 7, 8]),
        ([0, 1, 2, 3, 4], [3, 1, 3, 0, 1 + 2], [8, 5, 6, 7, 3]),
        ([4, 3, 2, 3, 3], [0, 1, 0, 5, 1], [0, 1, 4, 3, 8]),
    )
    + rows("table places labels asked", (WIDE, [1, 2, 3], [6, 8, 8], [0, 4, 1])),
)
def guesses_for_other_rows():
    """lookup_classifier gives a row that is not in X the most frequent label of all n rows"""


@lookup.check(
    points=0.5,
    needs=[guesses_for_other_rows],
    cases=rows("places labels asked", ([5], [7], [5, 0]), ([0, 1, 2], [0, 2, 1], []), ([0, 1, 2], [0, 2, 1], [1]))
    + rows("table places labels asked", (distinct(4, 1), [0, 1, 0], [1, 0, 1], [1, 0, 3]))
    + rows(
        "table places labels asked",
        (drawn(lambda d: torch.zeros(6, 0, dtype=d.dtype)), [0, 1, 2, 3, 4, 5], [0, 1, 1, 1, 0, 1], [0, 1, 4]),
    ),
)
def takes_the_smallest_sets():
    """lookup_classifier takes n = 1, m = 0, d = 1 and d = 0, where all rows are equal"""


@lookup.check(
    points=0.5,
    cases=rows(
        "table places labels asked",
        (tensor([[BIG, 0], [BIG + 1, 0], [0, BIG]]), [0, 1], labels(3, 1), [1, 0]),
        (tensor([[True, False], [False, True], [True, True]]), [0, 1, 2], [0, 2, 1], [2, 1, 0]),
        (tensor(FINE, dtype=torch.float64), [0, 1], [4, 2], [0, 1]),
        (tensor([[1.0], [1 + 2**-23], [1.01]]), [0, 1, 2], [2, 0, 1], [0, 1, 2]),
        (tensor([[0.1], [0.2], [0.3]], dtype=torch.float16), [2, 1], [0, 5], [1, 2]),
    ),
)
def takes_any_dtype():
    """lookup_classifier takes X of any dtype, and tells its rows exactly"""


@lookup.check(points=0.25, needs=remembers_what_it_saw, cases=rows("asked", [2, 0, 4], [3], []))
def returns_a_tensor_of_labels(student, table, places, labels, asked):
    """lookup_classifier returns a function whose result has shape (m,) and dtype int64, also for m = 0 and m = 1"""
    predict = student.lookup_classifier(table[places], torch.tensor(labels))
    found = predict(table[torch.tensor(asked, dtype=torch.int64)])
    return {"labels": len(indices(found)), "kept in": forms(found)}


@lookup.check(
    points=0.5,
    table=APART,
    asked=[1, 0, 2, 4],
    cases=rows("labels", [1, 0, 2, 0], labels(0, 3, 1, 3)),
)
def keeps_to_itself(student, table, places, labels, asked):
    """lookup_classifier returns a function that later changes of X and y do not reach, and changes nothing itself"""
    X, y, Z = table[places], torch.tensor(labels), table[asked]
    predict = student.lookup_classifier(X, y)
    changed = {"X": not torch.equal(X, table[places]), "y": y.tolist() != labels}
    X.fill_(100)
    y.fill_(9)
    return {"labels": indices(predict(Z)), "Z is changed": not torch.equal(Z, table[asked])} | changed


@exercise.check(points=1.5, cases=rows("n", 7, 8) + rows("n", 7) * SHAPES, **CUT)
def fits_and_measures_twice(student, sizes, X, y, X_val, y_val, numbers):
    """learning_curve fits one model on the first m rows, then measures it on these and on the validation set"""
    notes = Notes(X, y, numbers, (X_val, y_val))
    found = student.learning_curve(sizes, X, y, X_val, y_val, notes.fit(), notes.measure("error"))
    calls = [f"{call.what}, model {call.model}, {call.rows}" for call in notes.calls]
    return {"calls": calls, "came back": notes.came_back(found)}


@exercise.check(points=0.5, cases=rows("n", 7) * SIZES, **CUT)
def takes_sizes_in_any_order(student, sizes, X, y, X_val, y_val, numbers):
    """learning_curve goes through the sizes as they come, repeated and falling ones too"""
    notes = Notes(X, y, numbers, (X_val, y_val))
    found = student.learning_curve(sizes, X, y, X_val, y_val, notes.fit(), notes.measure("error"))
    return {"fit on": notes.of("fit", "rows"), "came back": notes.came_back(found)}


@curve.check(
    points=0.75,
    cases=rows("n numbers", (7, ERRORS), (8, [[0.0, 4.0, 0.5, 3.0, 1.25, 2.0]]))
    + rows("n", 7) * rows("sizes numbers", ([2], [[1.0, 3.0]]), ([5, 2], [[2.0] * 4])),
)
def returns_both_curves():
    """learning_curve returns (train_errors, validation_errors), one error for each size in each"""


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
    return {"raises": raised, "fit on": notes.of("fit", "rows"), "came back": notes.came_back(found)}


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
    """Leave X in its dtype: a float32 cannot tell 1 from 1 + 2**-40, and a float of any kind cannot tell 2**53 from
    2**53 + 1. And of no rows torch.tensor([]) makes float32: say dtype=torch.int64.""",
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
