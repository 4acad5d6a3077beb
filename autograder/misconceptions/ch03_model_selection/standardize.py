"""What people get wrong about standardize."""

import torch

from autograder.spec import misconception, reference, slip

DEVIATION = "(train - mean).square().mean(dim=0).sqrt()"
CONSTANT = "(train == train[0]).all(dim=0)"
RESULT = "tuple((x - mean) / deviation for x in (train, *others))"


@slip(DEVIATION, "(train - mean).square().sum(dim=0).div(max(len(train) - 1, 1)).sqrt()")
def divided_by_n_minus_1():
    """The deviation divides by n - 1, as torch.std does unless told otherwise. Here it is the mean of the squares, over n:
    torch.std(..., unbiased=False)."""


@slip((DEVIATION, "train.std(dim=0)"), (CONSTANT, "deviation == 0"))
def single_row_is_nan():
    """The deviation is that of torch.std, which divides by n - 1: all results are off by the same factor, and with a single
    row it is 0 / 0 = NaN. Divide by n: torch.std(..., unbiased=False)."""


@misconception
def each_set_by_its_own(train, *others):
    """Each set is measured by its own mean and deviation. Then equal samples come out differently in training and test, and
    a single one cannot be measured at all. Take both from train, for all sets."""
    own = [reference.standardize(x)[0] if len(x) else x.clone() for x in others]
    return (*reference.standardize(train), *own)


@misconception
def all_sets_together(train, *others):
    """Mean and deviation come from all sets together, so that the model has heard of the test set before the test. Take them
    from train alone."""
    return reference.standardize(torch.cat([train, *others]), train, *others)[1:]


@slip(RESULT, "tuple((x - (x.mean(dim=0) if len(x) else mean)) / deviation for x in (train, *others))")
def own_mean():
    """Each set has its own mean subtracted, though the deviation is that of train. Both come from train, for all sets."""


@slip(DEVIATION, "(train - mean).square().mean(dim=0)")
def divided_by_the_variance():
    """The columns are divided by their variance, the mean of the squares. The deviation is its root."""


@slip(DEVIATION, "(train - mean).abs().mean(dim=0)")
def mean_absolute_deviation():
    """The columns are divided by the mean of |x - mean|. The deviation squares the distances, takes their mean, and of this
    the root."""


@slip(RESULT, "tuple(x - mean for x in (train, *others))")
def only_centred():
    """The mean is subtracted, but nothing is divided by the deviation: columns keep their different units."""


@slip(RESULT, "tuple(x / deviation for x in (train, *others))")
def not_centred():
    """The columns are divided by their deviation, but their mean is still there: subtract it first."""


@slip(RESULT, "tuple(x / deviation - mean for x in (train, *others))")
def mean_subtracted_last():
    """The mean is subtracted after the division, when the values are in other units than the mean. Subtract first, then
    divide: (x - mean) / deviation needs its parentheses."""


@misconception
def smallest_and_largest(train, *others):
    """The columns are mapped onto 0 to 1, by their smallest and largest value. That is min-max scaling: to standardize,
    subtract the mean and divide by the deviation."""
    low, high = train.amin(dim=0), train.amax(dim=0)
    return tuple((x - low) / torch.where(high > low, high - low, 1) for x in (train, *others))


@slip((".mean(dim=0)", ".mean()"), (CONSTANT, "(train == train[0, 0]).all()"), everywhere=True)
def one_mean_for_all_columns():
    """There is one mean and one deviation for all columns together, and the column in the largest units decides them. Each
    column has its own: mean(dim=0)."""


@misconception
def by_rows(train, *others):
    """The mean and the deviation run along the rows, over the features of one sample. They belong to a column, over all
    samples: dim=0."""
    return tuple(reference.standardize(x.T)[0].T if x.numel() else x.clone() for x in (train, *others))


@slip("deviation = torch.where(constant, 1, deviation)", "deviation = torch.where(constant, 1, deviation + 1e-8)")
def epsilon_added():
    """Something is added to the deviation, 1e-8 or so. Beside a deviation of 1e-6 it shows. Columns that are constant are
    the only ones that need help, and they are divided by 1."""


@slip(DEVIATION, "((train - mean).square().mean(dim=0) + 1e-8).sqrt()")
def epsilon_in_the_variance():
    """A small number is added to the variance, as batch normalization does. A column with a deviation of 1e-6, whose variance
    is 1e-12, all but vanishes by that. Add nothing."""


@slip(CONSTANT, "deviation < 1e-4")
def small_taken_for_constant():
    """A column with a deviation of about 1e-6 is divided by 1, or by some other smallest value. It is not constant: whether
    all values are equal has to be asked of the values, not of the size of the deviation."""


@slip(CONSTANT, "deviation == 0")
def constant_by_the_computed_deviation():
    """A constant column is divided by a deviation that rounding has left of it: 7e-9 of seven times 0.1, and more of 1000.1.
    Neither deviation == 0 nor the removal of NaN afterwards finds it. Compare the values: (train == train[0]).all(dim=0)."""


@slip(CONSTANT, "torch.isclose(train, train[0]).all(dim=0)")
def near_taken_for_constant():
    """A column whose values lie near each other, beside their size, counts as constant, as with isclose or allclose. Constant
    means equal: (train == train[0]).all(dim=0)."""


@slip(
    "deviation = torch.where(constant, 1, deviation)", "deviation = torch.where(constant, 1, deviation).clamp(min=1e-8)"
)
def smallest_deviation():
    """Deviations are kept above some smallest one, such as 1e-8. A smaller one is as good as any other: columns that are
    constant are the only ones that need help."""


@slip(RESULT, "tuple((x - mean) / deviation for x in (train, *others[:1]))")
def one_other_set_at_most():
    """Only the first of the other sets is returned, and there may be any number. Go through all of others."""


@slip(RESULT, "tuple(((x - mean) / deviation).squeeze(-1) for x in (train, *others))")
def squeezed():
    """Where there is one column the results lose their second axis, as squeeze drops axes of size 1. The shapes stay as they
    were: (n, 1)."""


@slip(RESULT, "tuple(((x - mean) / deviation).clamp(-3, 3) for x in (train, *others))")
def clipped():
    """What lies far from the mean is cut off, at three deviations or so. An outlier keeps its distance: nothing is cut off."""


@misconception
def statistics_kept(train, *others, kept=[]):
    """Mean and deviation of an earlier call are used again. Each call learns them from its own train."""
    kept[:] = [kept[0] if kept and kept[0].shape[1:] == train.shape[1:] and kept[0].dtype == train.dtype else train]
    return reference.standardize(kept[0], train, *others)[1:]


@slip("    deviation = torch.where(constant, 1, deviation)\n", "")
def constant_column_is_nan():
    """Constant columns are divided by their deviation, 0: that gives NaN or infinity, and where rounding hides the 0, huge
    numbers. Divide them by 1."""


@slip(RESULT, "tuple(torch.where(constant, 0, (x - mean) / deviation) for x in (train, *others))")
def constant_column_zeroed():
    """Columns that are constant in train are set to 0 in all sets. Only in train are they 0. Elsewhere x - mean is left,
    divided by 1: another set may well have other values there."""


@slip(RESULT, "tuple(torch.where(constant, x, (x - mean) / deviation) for x in (train, *others))")
def constant_column_left():
    """Constant columns are left as they are. They are divided by 1, but their mean is subtracted all the same."""


@slip(RESULT, "tuple((x - mean)[:, ~constant] / deviation[~constant] for x in (train, *others))")
def constant_column_dropped():
    """Constant columns are dropped, so that the results have fewer columns. Keep them: subtract the mean, and divide by
    1."""


@slip(
    (DEVIATION, "(train.square().mean(dim=0) - mean.square()).clamp(min=0).sqrt()"),
    (CONSTANT, "(train == train[0]).all(dim=0) | (deviation == 0)"),
)
def squared_before_the_mean_is_subtracted():
    """The variance is computed as the mean of x^2 minus the square of the mean. With a large offset that is a small
    difference of two huge numbers, of which float32 keeps seven digits. Subtract the mean first, then square."""


@slip("    mean = train.mean(dim=0)", "    mean = train.median(dim=0).values")
def median_for_the_mean():
    """The columns have their median subtracted. It is the mean that has to come out as 0."""


@slip("for x in (train, *others)", "for x in others")
def train_left_out():
    """Only the other sets are returned. The tuple begins with the training set itself."""


@slip("for x in (train, *others)", "for x in (*others, train)")
def train_last():
    """The training set is returned behind the others. It comes first, then the others in their order."""


@slip("for x in (train, *others)", "for x in (train, *others) if len(x)")
def empty_sets_dropped():
    """A set without rows is left out of the result. It comes back, with no rows, in its place."""


@misconception
def a_single_tensor(train, *others):
    """Without any other sets a tensor is returned instead of a tuple of one. Whoever calls unpacks a tuple, always."""
    found = reference.standardize(train, *others)
    return found if others else found[0]


@misconception
def a_list(train, *others):
    """The result is a list. A tuple is asked for."""
    return list(reference.standardize(train, *others))


@misconception
def nothing_to_do_returned_as_it_is(train, *others):
    """Where a set is already standardized, or empty, the tensor that was passed in is returned. Return a new one: whoever
    changes the result would change the data."""
    found = reference.standardize(train, *others)
    return tuple(x if torch.equal(x, z) else z for x, z in zip((train, *others), found, strict=True))
