"""What people get wrong about learning_curve."""

import torch

from autograder.spec import misconception, reference, slip

FREQUENT = "return min(set(labels), key=lambda label: (-labels.count(label), label))"
OTHERWISE = "otherwise = most_frequent(y.tolist())"
FIT = "        model = fit(X[:m], y[:m])\n"
TRAIN = "train_errors.append(error(model, X[:m], y[:m]))"
VALIDATION = "validation_errors.append(error(model, X_val, y_val))"
REFUSE = "if any(m < 1 or m > len(X) for m in sizes):"


@misconception
def tensors_as_keys(X, y):
    """No row is found again: each gets the label for rows that are not in X. As a key of a dict a tensor counts as the object
    that it is, so that two equal rows are two keys: use a tuple of numbers, tuple(row.tolist())."""
    table = dict(zip(X, y.tolist(), strict=True))
    otherwise = int(torch.bincount(y).argmax())
    return lambda Z: torch.tensor([table.get(row, otherwise) for row in Z], dtype=torch.int64)


@slip(
    "table = {row: most_frequent(labels) for row, labels in seen.items()}",
    "table = {row: labels[-1] for row, labels in seen.items()}",
)
def last_label_kept():
    """A row that comes several times keeps the label that it had last: table[row] = label overwrites what was there. Count
    all of its labels, and take the most frequent."""


@slip(
    "table = {row: most_frequent(labels) for row, labels in seen.items()}",
    "table = {row: labels[0] for row, labels in seen.items()}",
)
def first_label_kept():
    """A row that comes several times keeps the label that it had first. Count all of its labels, and take the most
    frequent."""


@slip(
    "table = {row: most_frequent(labels) for row, labels in seen.items()}",
    "table = {row: round(sum(labels) / len(labels)) for row, labels in seen.items()}",
)
def labels_averaged():
    """The labels of equal rows are averaged. They are names of classes, between which there is nothing: count them."""


@slip(FREQUENT, "return sorted(labels)[(len(labels) - 1) // 2]")
def median_of_labels():
    """The median of the labels is taken. They are names of classes, whose order means nothing: count them."""


@slip(FREQUENT, "return max(labels, key=labels.count)")
def first_of_equals():
    """Of equally frequent labels the one wins that came first. The smallest is asked for, whatever the order of the rows."""


@slip(FREQUENT, "return max(set(labels), key=labels.count)")
def any_of_equals():
    """Of equally frequent labels the one wins that a set has first, and a set is in no order that means anything: 8 may come
    before 1. The smallest is asked for."""


@slip(FREQUENT, "return max(set(labels), key=lambda label: (labels.count(label), label))")
def largest_of_equals():
    """Of equally frequent labels the largest wins. The smallest is asked for."""


@slip(FREQUENT, "return min(set(labels), key=lambda label: (-labels.count(label), str(label)))")
def labels_compared_as_text():
    """Labels are compared as text, where "10" comes before "9". Compare numbers."""


@slip(OTHERWISE, "otherwise = 0")
def zero_for_other_rows():
    """A row that is not in X gets the label 0. It should get the most frequent label of all rows, the best guess about a row
    of which nothing is known."""


@slip(OTHERWISE, "otherwise = -1")
def minus_one_for_other_rows():
    """A row that is not in X gets no label of a class. It should get the most frequent label of all rows."""


@slip(OTHERWISE, "otherwise = most_frequent(list(table.values()))")
def distinct_rows_counted():
    """For rows that are not in X, each different row of X is counted once. All n rows count: one that came three times does
    so three times."""


@misconception
def nearest_row(X, y):
    """A row that is not in X gets the label of the row nearest to it. That is another model, nearest neighbours, which
    generalises; this one only remembers: take the most frequent label of all rows."""
    predict = reference.lookup_classifier(X, y)
    kept = X.double()

    def near(Z):
        if len(Z) == 0 or Z.shape[1] == 0 or not X.is_floating_point():
            return predict(Z)
        return predict(X[torch.cdist(Z.double(), kept).argmin(1)])

    X = X.clone()
    return near


def _by_rows(alike):
    """A lookup that compares rows by another function."""

    def lookup_classifier(X, y):
        X, y, kept = X.clone(), y.clone(), reference.lookup_classifier(X, y)

        def predict(Z):
            found = [y[alike(X, z)] for z in Z]
            return torch.tensor(
                [int(torch.bincount(f).argmax()) if len(f) else int(kept(z[None])) for f, z in zip(found, Z)],
                dtype=torch.int64,
            )

        return predict

    return lookup_classifier


@misconception
def one_entry_is_enough(X, y):
    """A row counts as seen if one of its entries is equal. It has to be equal in all d of them: all, not any."""
    return _by_rows(lambda X, z: (X == z).any(1))(X, y)


@misconception
def first_entry_is_enough(X, y):
    """Rows are told apart by their first entry alone. They have to be equal in all d entries: take the whole row as a
    key."""
    return _by_rows(lambda X, z: (X[:, :1] == z[:1]).all(1))(X, y)


@misconception
def nearly_equal_is_enough(X, y):
    """Rows that are nearly equal count as equal, as they do by torch.isclose, by rounding or by str(row), which shows four
    decimals. Compare the numbers themselves: tuple(row.tolist()) keeps all of their digits."""
    return _by_rows(lambda X, z: (X.double() - z.double()).abs().amax(1) < 1e-4 if X.shape[1] else (X == z).all(1))(
        X, y
    )


@slip(("tuple(row), []", "tuple(sorted(row)), []"), ("tuple(row), otherwise", "tuple(sorted(row)), otherwise"))
def order_of_entries_ignored():
    """Rows with the same entries in another order count as equal, as they do by a set or by a sum. Each entry has its
    place."""


@slip(("in zip(X.tolist(), y", "in zip(X.float().tolist(), y"), ("in Z.tolist()]", "in Z.float().tolist()]"))
def rows_made_float32():
    """The rows are converted to float32, which cannot tell all numbers of other dtypes apart. Leave X and Z in the dtype
    that they have."""


@slip("torch.tensor(found, dtype=torch.int64, device=Z.device)", "torch.tensor(found, device=Z.device)")
def nothing_is_float():
    """Of no rows the result is float32, since torch.tensor([]) does not know what it would have held. Say
    dtype=torch.int64."""


@misconception
def looked_up_too_late(X, y):
    """The rows are read only when a label is asked for, so that changes of X or y in the meantime change the answers. Read
    them at once, or copy them."""
    return lambda Z: reference.lookup_classifier(X, y)(Z)


@slip("    train_errors, validation_errors = [], []\n", "    train_errors, validation_errors, y = [], [], y.float()\n")
def labels_made_floats():
    """learning_curve converts y on the way, so that fit and error get labels of another dtype. Cut y, and do nothing else to
    it: classes stay int64, since a loss asks for it."""


@slip(TRAIN, "train_errors.append(error(model, X, y))")
def training_error_on_all_rows():
    """learning_curve measures the training error on all of X. Only the first m rows were learned from: measure it on X[:m]
    and y[:m]."""


@slip(FIT, "        model = fit(X, y)\n")
def fitted_on_all_rows():
    """learning_curve fits every model on all rows, so that nothing depends on the size. Fit on X[:m] and y[:m]."""


@slip(FIT, "        model = fit(X[-m:], y[-m:])\n")
def last_rows_taken():
    """learning_curve fits on other m rows than the first ones: X[:m] and y[:m]."""


@slip(VALIDATION, "validation_errors.append(error(model, X_val[:m], y_val[:m]))")
def validation_set_cut():
    """learning_curve cuts the validation set to m rows as well. It stays whole, so that all models are measured by the
    same."""


@slip(VALIDATION, "validation_errors.append(error(model, X[m:], y[m:]) if m < len(X) else error(model, X_val, y_val))")
def rest_taken_for_validation():
    """learning_curve validates on the rows of X that are left. There is a validation set of its own: X_val and y_val."""


@slip(FIT, "        model = fit(X[:m], y[:m])\n        model = fit(X[:m], y[:m])\n")
def fitted_twice():
    """learning_curve fits a model more often than once for a size. Both errors are of the same model: keep it in a
    variable."""


@slip(
    (TRAIN, "model_error = error(model, X_val, y_val)"),
    (VALIDATION, "train_errors.append(error(model, X[:m], y[:m]))\n        validation_errors.append(model_error)"),
)
def validated_first():
    """learning_curve measures on the validation set before it measures on the training rows. The order is: fit, training
    error, validation error."""


@slip("return train_errors, validation_errors", "return validation_errors, train_errors")
def curves_swapped():
    """learning_curve returns the two lists the wrong way round: first the training errors, then those of validation."""


@slip("return train_errors, validation_errors", "return list(zip(train_errors, validation_errors))")
def pairs_returned():
    """learning_curve returns a pair of errors for each size. Two lists are asked for, one of training errors and one of
    validation errors."""


@slip("for m in sizes:", "for m in sorted(set(sizes)):")
def sizes_sorted():
    """learning_curve sorts the sizes, or drops repeated ones. There is one point for each, in their order."""


@slip("return train_errors, validation_errors", "return torch.tensor(train_errors), torch.tensor(validation_errors)")
def curves_in_tensors():
    """learning_curve returns tensors, or lists of them. Lists of Python floats are asked for, such as error returns."""


@slip(
    "return train_errors, validation_errors",
    "return torch.tensor(train_errors).tolist(), torch.tensor(validation_errors).tolist()",
)
def digits_lost():
    """learning_curve returns errors that are right to about seven digits only. A tensor made of Python floats is float32:
    append what error returned to a list."""


@slip(
    "return train_errors, validation_errors",
    "return [round(e, 4) for e in train_errors], [round(e, 4) for e in validation_errors]",
)
def errors_rounded():
    """learning_curve rounds the errors, so that small ones become 0. Round when you print, not before."""


@slip(
    "    table = {row: most_frequent(labels) for row, labels in seen.items()}",
    """    table = globals().setdefault("TABLE", {})
    table.update({row: most_frequent(labels) for row, labels in seen.items()})""",
)
def one_table_for_all():
    """All classifiers share one table, which each new one changes. Make a new dict at each call of lookup_classifier, not at
    the top of the file."""


@slip("found = [table.get(tuple(row), otherwise)", "found = [table.pop(tuple(row), otherwise)")
def used_up_by_asking():
    """The function that is returned knows less after each call: what it looked up is gone. Asking for a label changes
    nothing: table.get instead of table.pop, and a list instead of an iterator."""


@slip(TRAIN, TRAIN + "\n        error(model, X_val, y_val)")
def measured_once_more():
    """learning_curve calls error more than twice for a model. One call for each of the two errors is enough: append what it
    returns."""


@slip(
    f"    {REFUSE}\n" + '        raise ValueError("sizes are from 1 to the number of samples")\n',
    "    assert all(1 <= m <= len(X) for m in sizes)\n",
)
def asserted():
    """learning_curve raises AssertionError for an impossible size. assert is for what can only be a mistake of your own, and
    python -O leaves it out: raise ValueError."""


@slip(REFUSE, "if any(m > len(X) for m in sizes):")
def size_zero_taken():
    """learning_curve takes a size below 1. There is nothing to learn from then: raise ValueError."""


@slip(REFUSE, "if any(m < 1 for m in sizes):")
def too_many_taken():
    """learning_curve takes a size larger than n: X[:m] ends silently at the last row, and the curve shows a number of samples
    that were not there. Raise ValueError."""


@slip(REFUSE, "if any(m < 1 or m >= len(X) for m in sizes):")
def all_rows_refused():
    """learning_curve refuses the size n. All rows may be learned from: only m > n is too many."""


@slip(
    (f"    {REFUSE}\n" + '        raise ValueError("sizes are from 1 to the number of samples")\n', ""),
    (FIT, FIT + "        if m < 1 or m > len(X):\n            raise ValueError\n"),
)
def refused_too_late():
    """learning_curve notices an impossible size only in the loop, when other models have been fitted already. Training may
    take hours: look at all sizes first."""


@misconception(entry="learning_curve")
def learning_curve_input_changed(sizes, X, y, X_val, y_val, fit, error):
    """learning_curve changes what it was given: sort, pop and X[...] = ... write into the caller's. Work on a copy."""
    found = reference.learning_curve(sizes, X, y, X_val, y_val, fit, error)
    X.fill_(7)
    return found


NOT_GENERATED = ("lookup_classifier_input_changed",)
