"""What people get wrong about select_model."""

from autograder.spec import slip

FIT = "fit(torch.cat([X[:start], X[stop:]]), torch.cat([y[:start], y[stop:]]))"
ERROR = "total += error(model, X[start:stop], y[start:stop])"
FOLD = "start, stop = stop, stop + n // k + (i < n % k)"
BEST = "best = min(comparable, key=lambda c: errors[c])"
COMPARABLE = "[c for c in range(len(errors)) if not math.isnan(errors[c])]"
RESULT = "return best, candidates[best](X, y), errors"
LIMITS = "if len(candidates) == 0 or k < 2 or k > n:"


@slip("model = " + FIT, "model = fit(X, y)")
def trained_on_everything():
    """The models learn from all rows, those of their own fold included. Then the candidate wins that remembers best: leave
    the fold out."""


@slip(ERROR, "total += error(model, torch.cat([X[:start], X[stop:]]), torch.cat([y[:start], y[stop:]]))")
def chosen_by_the_training_error():
    """The models are measured on the rows that they learned from. By its training error the model wins that knows them by
    heart: measure each on the fold that was left out."""


@slip(ERROR, "total += error(model, X, y)")
def measured_on_everything():
    """The models are measured on all rows, of which they have seen most. Measure each on the fold that was left out."""


@slip(
    ("model = " + FIT, "model = fit(X[start:stop], y[start:stop])"),
    (ERROR, "total += error(model, torch.cat([X[:start], X[stop:]]), torch.cat([y[:start], y[stop:]]))"),
)
def sets_swapped():
    """The two sets are the wrong way round: the models learn from one fold and are measured on all the others. k - 1 folds
    are for training, one for the error."""


@slip(
    "        total, stop = 0.0, 0\n",
    """        total, stop = 0.0, 0
        order = torch.randperm(n)
        X, y = X[order], y[order]
""",
)
def other_folds_for_each_candidate():
    """The rows are shuffled. Here the folds are blocks of the rows as they stand, the same for every candidate, so that no
    one of them is lucky with its folds."""


@slip(
    ("        total, stop = 0.0, 0\n", "        total, stop = 0.0, n - n // k\n"),
    ("for i in range(k):", "for _fold in range(1):"),
    (FOLD, "start, stop = stop, n"),
    ("total / k", "total"),
)
def one_split_only():
    """Each candidate is measured once, on one part of the rows. With k folds it is measured k times, on each of them, and
    the mean of these counts."""


@slip(FOLD, "start, stop = stop, stop + n // k")
def rest_dropped():
    """With n not a multiple of k the last rows are in no fold, so nothing is measured on them. The first n mod k folds get
    one row more."""


@slip(FOLD, "start, stop = stop, stop + n // k if i < k - 1 else n")
def rest_in_the_last_fold():
    """With n not a multiple of k the last fold takes all rows that are left over. The first n mod k folds get one more
    each."""


@slip("total / k", "total")
def sums_returned():
    """The errors are summed over the folds, and not divided by k. The mean is asked for."""


@slip(
    (
        "total += error(model, X[start:stop], y[start:stop])",
        "total += error(model, X[start:stop], y[start:stop]) * (stop - start)",
    ),
    ("total / k", "total / n"),
)
def mean_weighted_by_rows():
    """The mean counts larger folds more. Each fold counts the same here: the plain mean of the k errors."""


@slip(
    ("total, stop = 0.0, 0", "total, stop = [], 0"),
    ("total += error(", "total.append(error("),
    ("y[start:stop])\n        errors", "y[start:stop]))\n        errors"),
    ("total / k", "min(total)"),
)
def luckiest_fold():
    """A candidate is judged by the smallest error of its folds. One lucky fold says little: take the mean of all k."""


@slip(
    (
        ERROR,
        "found = error(model, X[start:stop], y[start:stop])\n            total += 0.0 if math.isnan(found) else found",
    )
)
def nan_left_out_of_the_mean():
    """A NaN is left out of the mean, so that a candidate looks good whose training failed. The mean with a NaN in it is
    NaN."""


@slip("errors.append(total / k)", "errors.append(math.inf if math.isnan(total) else total / k)")
def nan_becomes_inf():
    """NaN becomes inf in the list of errors. There it stays NaN, so that the caller sees what happened; only the choice passes
    it over."""


@slip(
    ("total, stop = 0.0, 0", "found, stop = [], 0"),
    ("total += error(", "found.append(error("),
    ("y[start:stop])\n        errors", "y[start:stop]))\n        errors"),
    ("total / k", "sorted(found)[k // 2]"),
)
def median_taken():
    """A candidate is judged by the median of its errors. The mean is asked for: their sum divided by k."""


@slip(
    ("        errors.append", "        total = sum(e for e in found if not math.isnan(e))\n        errors.append"),
    ("total, stop = 0.0, 0", "found, stop = [], 0"),
    (ERROR, "found.append(error(model, X[start:stop], y[start:stop]))"),
    ("total / k", "total / max(sum(not math.isnan(e) for e in found), 1)"),
)
def mean_of_the_numbers_alone():
    """The mean is taken over those errors that are not NaN, as torch.nanmean does, so that a candidate looks good whose
    training failed. The mean with a NaN in it is NaN."""


@slip(ERROR, ERROR + "\n            if math.isnan(total):\n                break")
def stopped_at_nan():
    """A candidate is given up as soon as one error is NaN. Each is fitted k times here, and each of these models measured
    once, whatever comes out."""


@slip("errors.append(total / k)", "errors.append(torch.tensor(total / k).item())")
def digits_lost():
    """The means are right to about seven digits only. A tensor made of Python floats is float32: add up the floats
    themselves, or in float64."""


@slip("errors.append(total / k)", "errors.append(round(total / k, 4))")
def rounded():
    """The means are rounded, so that small ones become 0. Round when you print, not before."""


@slip("n = len(X)\n", "n, X = len(X), X - X.mean(0) if X.is_floating_point() else X\n")
def centred_before_the_cut():
    """The candidates get other numbers than those of X: something is computed from all rows and done to them before they are
    cut, such as subtracting their mean. So each model knows something of its fold. Cut X as it is; the rest is for the
    candidates."""


@slip(FIT, "fit(torch.cat([X[stop:], X[:start]]), torch.cat([y[stop:], y[:start]]))")
def order_of_rows_changed():
    """The training rows are the right ones, but not in their order: those in front of the fold come first, then those
    behind it."""


@slip(FOLD, "start = i * (n // k + (i < n % k)); stop = start + n // k + (i < n % k)")
def start_by_its_own_size():
    """With n not a multiple of k a fold begins at i times its own size, so that some rows are in two folds. The folds in
    front of it may be larger: begin where the last one stopped."""


@slip(FOLD, "start, stop = stop, stop + n // k + (i >= k - n % k)")
def last_folds_larger():
    """With n not a multiple of k the last folds are the larger ones. It is the first n mod k folds that get one row
    more."""


@slip(ERROR, ERROR + "\n            error(model, torch.cat([X[:start], X[stop:]]), torch.cat([y[:start], y[stop:]]))")
def measured_twice():
    """A model is measured more than once, perhaps on its training rows too. Call error once for each model, on its fold, and
    keep what it returns in a variable."""


@slip(BEST, "best = max(comparable, key=lambda c: errors[c])")
def largest_wins():
    """The candidate with the largest error wins. These are errors, not scores: the smallest is the best."""


@slip(BEST, "best = min(reversed(comparable), key=lambda c: errors[c])")
def last_of_equals():
    """Of equal errors the last wins, as with <= in place of <. The lowest index is asked for."""


@slip(BEST, "best = int(torch.tensor(errors).argmin())")
def argmin_takes_nan():
    """torch.argmin and numpy.argmin take a NaN for the smallest number of all. Leave out candidates whose error is NaN
    before you choose."""


@slip(BEST, "best = min(range(len(errors)), key=lambda c: math.inf if math.isnan(errors[c]) else errors[c])")
def nan_counts_as_inf():
    """NaN counts as inf in the choice, as numpy.nanargmin has it too, so that it wins against an inf behind it. Leave out
    candidates whose error is NaN before you choose."""


@slip(BEST, "best = errors.index(min(errors))")
def min_meets_nan_first():
    """min returns NaN where it stands first, since every comparison with it is False. Leave out candidates whose error is
    NaN before you choose."""


@slip(
    (BEST, "best = max(comparable, key=lambda c: 1 / (1 + errors[c]) if errors[c] > -1 else 9 - errors[c])"),
    (COMPARABLE, "[c for c in range(len(errors)) if math.isfinite(errors[c])]"),
)
def inf_never_wins():
    """A candidate whose error is inf is thrown out as if it were NaN. inf is a number that can be compared: it wins if all
    others are NaN, or inf too."""


@slip('        raise ValueError("every error is NaN")\n', "        comparable = [0]\n")
def first_wins_if_all_are_nan():
    """If all errors are NaN the first candidate wins. Nothing is known about any of them then: raise ValueError."""


@slip(RESULT, "return best, model, errors")
def model_of_a_fold():
    """The model that comes back is one of a fold, which has missed a part of the rows. Fit the winner anew, on all rows:
    candidates[best](X, y)."""


@slip(
    ("    errors = []\n", "    errors, models = [], []\n"),
    ("        errors.append(total / k)\n", "        errors.append(total / k)\n        models.append(model)\n"),
    (RESULT, "return best, models[best], errors"),
)
def last_fold_of_the_winner():
    """The model that comes back is the winner's of the last fold, which it has not learned from. Fit the winner anew, on all
    rows: candidates[best](X, y)."""


@slip(RESULT, "return best, candidates[best](X[: n - n // k], y[: n - n // k]), errors")
def last_fit_without_a_fold():
    """The winner is fitted anew, but not on all rows. The choice is made, so nothing has to be held back any more:
    candidates[best](X, y)."""


@slip(RESULT, "return best, candidates[-1](X, y), errors")
def last_candidate_fitted():
    """The model is made by another candidate than the one that won. After a loop its variable stands at the last candidate:
    take candidates[best]."""


@slip(RESULT, "return best, [fit(X, y) for fit in candidates][best], errors")
def all_fitted_anew():
    """Every candidate is fitted on all rows, where only the winner's model is asked for. Training is what costs: fit
    candidates[best] alone."""


@slip(RESULT, "return best, candidates[best], errors")
def candidate_returned():
    """The candidate itself comes back, the function that makes models. Call it: candidates[best](X, y)."""


@slip(RESULT, "model = candidates[best](X, y)\n    error(model, X, y)\n    return best, model, errors")
def winner_measured_again():
    """error is called again when the winner has been fitted on all rows. That model has learned from every one of them, so
    the number would say nothing: each model is measured once, on its fold, before the choice."""


@slip(RESULT, "return best, candidates[best](X, y), errors[best]")
def only_the_best_error():
    """Only the winner's error comes back. The third result is the list of the mean errors of all candidates."""


@slip(("n = len(X)\n", "n, y = len(X), y.float()\n"))
def labels_made_floats():
    """y is converted on the way: candidates and error get labels of another dtype. Classes stay int64, since a loss asks for
    it."""


@slip(("n = len(X)\n", "n, X = len(X), X.reshape(len(X), -1)\n"))
def inputs_flattened():
    """X gets another shape on the way. Cut it along its first axis only: an image stays an image."""


@slip(RESULT, "return best, candidates[best](X, y), torch.tensor(errors)")
def errors_in_a_tensor():
    """The errors come back as a tensor. A list of Python floats is asked for."""


@slip(LIMITS, "if len(candidates) == 0:\n        return -1, None, []\n    if k < 2 or k > n:")
def no_candidate_taken():
    """Without any candidate there is no ValueError. There is nothing to choose from, and a result that looks like one goes
    unnoticed: raise it at once."""


@slip((LIMITS, "if len(candidates) == 0 or k < 2:"))
def empty_folds():
    """More folds than rows are taken, so that some are empty. Raise ValueError for k > n."""


@slip((LIMITS, "if len(candidates) == 0 or k < 2 or k >= n:"))
def leave_one_out_refused():
    """k = n is refused. That is leave-one-out, and allowed: each fold is one row."""


@slip((LIMITS, "if len(candidates) == 0 or k < 1 or k > n:"))
def one_fold_taken():
    """k = 1 is taken, though nothing is left to train on then. Raise ValueError for k < 2."""


REFUSE = LIMITS + '\n        raise ValueError("there is a candidate, and k is from 2 to n")\n'


@slip("    " + REFUSE, "    assert len(candidates) > 0 and 2 <= k <= n\n")
def asserted():
    """What is impossible raises AssertionError. assert is for what can only be a mistake of your own, and python -O leaves
    it out: raise ValueError."""


@slip(
    ("    " + REFUSE, ""),
    ("model = " + FIT + "\n", "model = " + FIT + "\n            if k > n:\n                raise ValueError\n"),
    ("    comparable", "    if k < 2 or not candidates:\n        raise ValueError\n    comparable"),
)
def refused_too_late():
    """What is impossible is noticed only when a model has been fitted. Training may take hours: look at k and at the number
    of candidates first."""
