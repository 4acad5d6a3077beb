"""Choosing a model: cross-validation says which candidate to take, and then it learns from everything.

A candidate is a way of making a model: a kind of network with its hyperparameters. Each is cross-validated on the same
folds, and the one with the smallest mean error wins. None of its k models is the result, since each has missed a fold:
the winner is fitted once more, on all rows.

The winner's mean error is a little too good, because the luckiest of several was taken. An honest estimate needs a test
set that had no part in all this.

Read: Dive into Deep Learning, sections 3.6.3 and 5.7; Hastie, Tibshirani, Friedman, The Elements of Statistical
Learning, section 7.10.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def select_model(
    candidates: Sequence[Callable[[Tensor, Tensor], Any]],
    k: int,
    X: Tensor,
    y: Tensor,
    error: Callable[[Any, Tensor, Tensor], float],
) -> tuple[int, Any, list[float]]:
    """The candidate with the smallest mean error over k folds, and its model, fitted on all rows.

    candidates: functions; candidate(X_train, y_train) trains a new model and returns it, whatever it is.
    k: number of folds. X (n, ...), y (n, ...): the samples and their labels, with any number of further axes.
    error(model, X_val, y_val): a Python float, small where the model is good. It may be inf or NaN.

    The folds are consecutive blocks of rows, in order, without any shuffling, and the same for all candidates. Their
    sizes differ by at most one, and the first n mod k of them are the larger ones. For each candidate and each fold, a
    model is fitted on all rows outside of the fold, in their order, and measured once, on the rows of the fold. What
    candidate and error get are rows of X and y as they are, in their dtype and with all further axes. The arguments are
    not changed.

    Returns (best, model, errors).
    errors: for each candidate, in their order, the plain mean of its k errors, a Python float; inf or NaN if they make
    it so. It is not rounded, nor made float32 on the way.
    best: the index of the smallest of them, a Python int; of equal ones the lowest. NaN never wins, wherever it stands.
    model: what candidates[best](X, y) returned, fitted anew on all rows. That is the last of all calls: each candidate
    is fitted k times, even if an error is NaN, the winner once more, and nothing is measured after that.
    Raises ValueError if there is no candidate, if k < 2 or if k > n, before anything is fitted; and if all means are
    NaN.
    Forbidden: scikit-learn.
    """
    # TODO: refuse what makes no sense.
    # TODO: the mean error of each candidate, over the folds.
    # TODO: which of these is the smallest, if some are NaN?
    # TODO: fit the winner once more.
    raise NotImplementedError
