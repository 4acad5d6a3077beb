"""A model that only remembers, and the curve that gives it away.

A table with a line for every sample seen so far makes no mistake on any of them, and knows nothing about the next one.
Nor can it be filled: black and white images of 28 x 28 pixels with 256 grey levels are 256 ** 784 in number. Its
training error is 0, its validation error high, and more samples hardly help.

A learning curve shows both errors against the number of samples that were learned from. Where the two stay far apart,
the model remembers more than it understands; where they meet at a high error, it is too simple.

Read: Dive into Deep Learning, section 3.6; Ng, Machine Learning Yearning, chapters 28 to 32.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def lookup_classifier(X: Tensor, y: Tensor) -> Callable[[Tensor], Tensor]:
    """A classifier that looks up what it has seen.

    X (n, d), of any dtype: the rows to remember, n >= 1, d >= 0, without NaN and -0.0.
    y (n,), int64: their labels, >= 0.

    Returns a function of Z (m, d), m >= 0, in X's dtype, again without NaN and -0.0, that returns labels (m,), int64:
    for a row that is in X, equal to it in all d entries, the most frequent of the labels that X's rows like it have;
    for any other row the most frequent label of all n rows. Of equally frequent labels it is the smallest.
    With d = 0 all rows are equal, so that every one of Z gets the most frequent label.
    The function answers the same however often it is called, and if X or y are changed or another classifier is made
    later; X, y and Z are not changed by it.
    Forbidden: scikit-learn.
    """

    # TODO: collect the labels of equal rows, whatever they can be told by.
    # TODO: which label is the most frequent, of each of them and of all?
    # TODO: return a function that looks up rows.
    ### BEGIN SOLUTION

    def most_frequent(labels: list[int]) -> int:
        return min(set(labels), key=lambda label: (-labels.count(label), label))

    seen: dict[tuple[Any, ...], list[int]] = {}
    for row, label in zip(X.tolist(), y.tolist(), strict=True):
        seen.setdefault(tuple(row), []).append(label)
    table = {row: most_frequent(labels) for row, labels in seen.items()}
    otherwise = most_frequent(y.tolist())

    def predict(Z: Tensor) -> Tensor:
        found = [table.get(tuple(row), otherwise) for row in Z.tolist()]
        return torch.tensor(found, dtype=torch.int64, device=Z.device)

    return predict
    ### END SOLUTION


def learning_curve(
    sizes: Sequence[int],
    X: Tensor,
    y: Tensor,
    X_val: Tensor,
    y_val: Tensor,
    fit: Callable[[Tensor, Tensor], Any],
    error: Callable[[Any, Tensor, Tensor], float],
) -> tuple[list[float], list[float]]:
    """Training and validation errors of models that learn from the first m samples, for each m of sizes.

    sizes: numbers of samples, from 1 to n; they may repeat, need not grow, and there may be none of them.
    X (n, ...), y (n, ...): the samples to learn from. X_val, y_val: those of the validation set.
    fit(X_train, y_train) trains a new model and returns it. error(model, X, y) is a Python float.

    For each m of sizes, in their order: call fit with the first m rows of X and of y; then error with this model and
    the rows that it has learned from; then error with it and the whole validation set. There are no other calls.
    Returns (train_errors, validation_errors), two lists of Python floats, what error returned, one for each m.
    Raises ValueError if one of the sizes is < 1 or > n, before anything is fitted.
    Forbidden: scikit-learn.
    """
    # TODO: refuse impossible sizes.
    # TODO: for each size: one model, two errors.
    ### BEGIN SOLUTION
    if any(m < 1 or m > len(X) for m in sizes):
        raise ValueError("sizes are from 1 to the number of samples")
    train_errors, validation_errors = [], []
    for m in sizes:
        model = fit(X[:m], y[:m])
        train_errors.append(error(model, X[:m], y[:m]))
        validation_errors.append(error(model, X_val, y_val))
    return train_errors, validation_errors
    ### END SOLUTION
