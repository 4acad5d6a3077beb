"""What people get wrong about cross_validate."""

import torch

from autograder.spec import misconception, reference, slip

FOLD = "start, stop = stop, stop + n // k + (i < n % k)"
FIT = "        model = fit(X_train, y_train)\n"
SCORE = "score(model, X[start:stop], y[start:stop])"


@slip("model = fit(X_train, y_train)", "model = fit(X, y)")
def trained_on_everything():
    """The models learn from all rows, those of their own fold included. Then the score tells how well a model remembers:
    leave the fold out."""


@slip(SCORE, "score(model, X_train, y_train)")
def scored_on_the_training_rows():
    """The models are scored on the rows that they learned from. Score each on the fold that was left out."""


@slip(SCORE, "score(model, X, y)")
def scored_on_everything():
    """The models are scored on all rows, of which they have seen most. Score each on the fold that was left out."""


@misconception
def sets_swapped(k, X, y, fit, score):
    """The two sets are the wrong way round: the models learn from one fold and are scored on all the others. k - 1 folds
    are for training, one for the score."""
    reference.cross_validate(k, X, y, lambda X, y: None, lambda model, X, y: 0.0)
    n, stop, scores = len(X), 0, []
    for i in range(k):
        start, stop = stop, stop + n // k + (i < n % k)
        model = fit(X[start:stop], y[start:stop])
        scores.append(score(model, torch.cat([X[:start], X[stop:]]), torch.cat([y[:start], y[stop:]])))
    return sum(scores) / k, scores


@slip(
    ("torch.cat([X[:start], X[stop:]])", "X[:start] if start else X[stop:]"),
    ("torch.cat([y[:start], y[stop:]])", "y[:start] if start else y[stop:]"),
)
def only_what_came_before():
    """The models learn only from the rows in front of their fold. All other rows are for training, those behind it too."""


@slip(
    ("torch.cat([X[:start], X[stop:]])", "torch.cat([X[stop:], X[:start]])"),
    ("torch.cat([y[:start], y[stop:]])", "torch.cat([y[stop:], y[:start]])"),
)
def order_of_rows_changed():
    """The training rows are the right ones, but not in their order: those in front of the fold come first, then those
    behind it."""


@slip(
    ("X_train = torch.cat([X[:start], X[stop:]])", "keep = torch.arange(n) % k != i"),
    ("y_train = torch.cat([y[:start], y[stop:]])", "X_train, y_train = X[keep], y[keep]"),
    (SCORE, "score(model, X[i::k], y[i::k])"),
)
def every_kth_row():
    """The rows are dealt out in turn, every k-th into one fold. A fold is a block of consecutive rows."""


@slip("    n = len(X)\n", "    order = torch.randperm(len(X))\n    n, X, y = len(X), X[order], y[order]\n")
def shuffled_first():
    """The rows are shuffled first. Here the folds are blocks of the rows as they stand: shuffle them
    beforehand if you want to."""


@slip(FOLD, "start, stop = stop, stop + n // k")
def rest_dropped():
    """With n not a multiple of k the last rows are in no fold, so they are never scored on. The first n mod k folds get one
    row more."""


@slip(FOLD, "start, stop = stop, stop + n // k if i < k - 1 else n")
def rest_in_the_last_fold():
    """With n not a multiple of k the last fold takes all rows that are left over. The first n mod k folds get one more
    each."""


@slip(FOLD, "start = i * (n // k + (i < n % k)); stop = start + n // k + (i < n % k)")
def start_by_its_own_size():
    """With n not a multiple of k a fold begins at i times its own size, so that some rows are in two folds. The folds in
    front of it may be larger: begin where the last one stopped."""


@slip(
    (FOLD, "fold = [*range(i * (n // k), (i + 1) * (n // k)), *([n - n % k + i] if i < n % k else [])]"),
    ("X_train = torch.cat([X[:start], X[stop:]])", "rest = [r for r in range(n) if r not in fold]"),
    ("y_train = torch.cat([y[:start], y[stop:]])", "X_train, y_train = X[rest], y[rest]"),
    (SCORE, "score(model, X[fold], y[fold])"),
)
def left_over_rows_from_the_end():
    """The first n mod k folds get one more row each, but from the end. A fold is a block of consecutive rows, so that the
    next one begins a row later."""


@slip(FOLD, "start, stop = stop, stop + n // k + (i >= k - n % k)")
def last_folds_larger():
    """With n not a multiple of k the last folds are the larger ones. It is the first n mod k folds that get one row
    more."""


@slip(FIT, "        model = fit(X_train, y_train) if i == 0 else model\n")
def fitted_once():
    """One model is fitted, outside of one fold, and scored on every fold, though it learned from all the others. Fit a new
    one for each fold."""


@slip((FIT, ""), ("    scores, stop = [], 0\n", "    scores, stop = [], 0\n    model = fit(X, y)\n"))
def one_model_for_all_folds():
    """One model is fitted on all rows before the folds are cut. Every fold needs a model of its own, which has not seen
    it."""


@slip(FIT, FIT + "        score(model, X_train, y_train)\n")
def scored_twice():
    """A model is scored more than once, perhaps on its training rows too. Call score once for each model, on its fold, and
    keep what it returns in a variable."""


@misconception
def all_fitted_first(k, X, y, fit, score):
    """All models are fitted before the first is scored, so k models have to be kept at once. Fit and score in turn, one
    fold after the other."""
    kept = []
    reference.cross_validate(
        k, X, y, lambda *train: fit(*train), lambda model, *fold: kept.append((model, fold)) or 0.0
    )
    scores = [score(model, *fold) for model, fold in kept]
    return sum(scores) / k, scores


@slip("sum(scores) / k", "sum(s * (n // k + (i < n % k)) for i, s in enumerate(scores)) / n")
def mean_weighted_by_rows():
    """The mean counts larger folds more. Each fold counts the same here: the plain mean of the k scores."""


@slip("sum(scores) / k", "sum(scores)")
def sum_returned():
    """The sum of the scores is returned. Divide it by k, so that it does not depend on the number of folds."""


@slip("sum(scores) / k", "min(scores)")
def smallest_returned():
    """The smallest of the scores is returned as the mean. It belongs to a lucky, or an unlucky, fold: average all k."""


@slip("sum(scores) / k", "sorted(scores)[k // 2]")
def median_returned():
    """The median of the scores is returned. The mean is asked for: their sum divided by k."""


@slip("sum(scores) / k, scores", "scores, sum(scores) / k")
def results_swapped():
    """The results are the wrong way round: first the mean, then the list of scores."""


@slip("return sum(scores) / k, scores", "return sum(scores) / k, sorted(scores)")
def scores_sorted():
    """The scores are sorted. They stay in the order of the folds, so that it is clear which belongs
    to which."""


@slip("    return sum", "    scores = torch.tensor(scores)\n    return sum")
def scores_in_a_tensor():
    """The scores come back as a tensor, or the mean does. Python floats are asked for: a list of what score returned, and
    their mean."""


@slip("sum(scores) / k", "torch.tensor(scores).mean().item()")
def digits_lost():
    """The mean, or the scores, are right to about seven digits only. A tensor made of Python floats is float32: add up the
    floats themselves, or in float64."""


@slip("return sum(scores) / k, scores", "return round(sum(scores) / k, 4), [round(s, 4) for s in scores]")
def rounded():
    """The mean, or the scores, are rounded, so that small numbers become 0. Round when you print, not before."""


@slip("n = len(X)\n", "n, X = len(X), X - X.mean(0) if X.is_floating_point() else X\n")
def centred_before_the_cut():
    """fit and score get other numbers than those of X: something is computed from all rows and done to them before they are
    cut, such as subtracting their mean. So each model knows something of its fold. Cut X as it is; the rest is for fit."""


@slip("n = len(X)\n", "n, y = len(X), y.float()\n")
def labels_made_floats():
    """y is converted on the way: fit and score get labels of another dtype. Classes stay int64, since a loss asks for
    it."""


@slip("n = len(X)\n", "n, y = len(X), y.reshape(len(y), -1)\n")
def labels_made_a_column():
    """y gets another shape on the way. Cut it along its first axis only: (n,) stays 1-dim, and (n, 1) stays a column."""


@slip("n = len(X)\n", "n, X = len(X), X.reshape(len(X), -1)\n")
def inputs_flattened():
    """X gets another shape on the way. Cut it along its first axis only: an image stays an image."""


@slip("k < 2 or k > n:\n", "k < 2:\n")
def empty_folds():
    """More folds than rows are taken, so that some are empty. Raise ValueError for k > n."""


@slip("k < 2 or k > n:\n", "k < 2 or k >= n:\n")
def leave_one_out_refused():
    """k = n is refused. That is leave-one-out, and allowed: each fold is one row."""


@slip("k < 2 or k > n:\n", "k < 1 or k > n:\n")
def one_fold_taken():
    """k = 1 is taken, though nothing is left to train on then. Raise ValueError for k < 2."""


@slip(
    ('    if k < 2 or k > n:\n        raise ValueError("k is from 2 to n")\n', ""),
    (
        "        model = fit(X_train, y_train)\n",
        "        model = fit(X_train, y_train)\n        if k < 2 or k > n:\n            raise ValueError\n",
    ),
    ("    return sum", "    if k < 2:\n        raise ValueError\n    return sum"),
)
def refused_too_late():
    """An impossible k is noticed only when a model has been fitted. Training may take hours: look at k first."""


@slip(
    '    if k < 2 or k > n:\n        raise ValueError("k is from 2 to n")\n',
    '    assert 2 <= k <= n, "k is from 2 to n"\n',
)
def asserted():
    """An impossible k raises AssertionError. assert is for what can only be a mistake of your own, and python -O leaves it
    out: raise ValueError."""
