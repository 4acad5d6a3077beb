"""K-fold cross-validation: every sample is for validation once, and for training all the other times.

One split into a training and a validation set wastes samples, and its result is partly luck. Here the n samples are cut
into k folds. For each fold a new model learns from the k - 1 others, and is scored on the one that it has not seen. The
mean of the k scores is the estimate; how far they lie apart tells how much to trust it.

Read: Dive into Deep Learning, sections 3.6.3 and 5.7.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def cross_validate(
    k: int,
    X: Tensor,
    y: Tensor,
    fit: Callable[[Tensor, Tensor], Any],
    score: Callable[[Any, Tensor, Tensor], float],
) -> tuple[float, list[float]]:
    """The scores of k models, each on the fold that it has not seen, and their mean.

    k: number of folds. X (n, ...), y (n, ...): the samples and their labels, with any number of further axes.
    fit(X_train, y_train): trains a new model and returns it, whatever it is.
    score(model, X_val, y_val): a Python float, how good or bad the model is on these samples.

    The folds are consecutive blocks of rows, in order, without any shuffling. Their sizes differ by at most one, and
    the first n mod k of them are the larger ones. For fold 0, 1, ..., k - 1 in turn: call fit with all rows outside of
    the fold, in their order, then score with the model that it returned and the rows of the fold. Each is called k
    times in all: one call more counts as a mistake. What they get are rows of X and y as they are, in their dtype and
    with all further axes. X and y are not changed.

    Returns (mean, scores): scores is the list of what score returned, k Python floats in the order of the folds; mean
    is their plain mean, a Python float, in which each fold counts the same. Neither is rounded, nor made float32 on
    the way.
    Raises ValueError if k < 2 or k > n, before anything is fitted.
    Forbidden: scikit-learn.
    """
    # TODO: refuse an impossible k.
    # TODO: for each fold: which rows are in it, and which are outside of it?
    # TODO: fit, score, and keep the score.
    ### BEGIN SOLUTION
    n = len(X)
    if k < 2 or k > n:
        raise ValueError("k is from 2 to n")
    scores, stop = [], 0
    for i in range(k):
        start, stop = stop, stop + n // k + (i < n % k)
        X_train = torch.cat([X[:start], X[stop:]])
        y_train = torch.cat([y[:start], y[stop:]])
        model = fit(X_train, y_train)
        scores.append(score(model, X[start:stop], y[start:stop]))
    return sum(scores) / k, scores
    ### END SOLUTION
