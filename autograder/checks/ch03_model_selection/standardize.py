"""Checks of standardize.

The mean, the deviation and what is done to the other sets are judged apart, each beside what the student's own result
for train shows of the rest.
"""

import torch
from torch import Tensor

from autograder.spec import Close, Exercise, Mistake, drawn, normal, rows

exercise = Exercise(entry="standardize", forbid="sklearn", gradients=False, sizes={"n": (4, 7)})
OTHER = normal("m", "d", mean=4.0, std=3.0)


def as_tuple(found):
    """The parts as a tuple: whether they come as one is another check's matter."""
    return (found,) if isinstance(found, Tensor) else tuple(found) if isinstance(found, list) else found


def in_order(found, sets):
    """The parts in the order of the sets, where their numbers of rows tell which is which."""
    if not isinstance(found, tuple) or not all(isinstance(part, Tensor) and part.dim() for part in found):
        return found
    by_rows = {len(part): part for part in found}
    told_apart = len(by_rows) == len(found) and by_rows.keys() == {len(part) for part in sets}
    return tuple(by_rows[len(part)] for part in sets) if told_apart else found


def deviation(part):
    """The deviation of each column. Raises ``Mistake`` where one is 0."""
    found = (part - part.mean(0)).square().mean(0).sqrt()
    if not found.all():
        raise Mistake("a column that is not constant comes out as constant")
    return found


def in_own_units(got):
    """train in units of the deviations that it came out with: what is left to see is the mean."""
    return got[0] / deviation(got[0])


def from_own_mean(got):
    """train without the means that it came out with: what is left to see is the deviation."""
    return got[0] - got[0].mean(0)


def as_train(got, want):
    """Each other set, less what the student does wrong to train: the same shift and the same factor."""
    factor = deviation(want[0]) / deviation(got[0])
    shift = want[0].mean(0) - got[0].mean(0) * factor
    return tuple(part * factor + shift for part in got[1:])


def constants_only(got):
    """The constant columns, all but the first."""
    return tuple(part[:, 1:] for part in got)


def given(values, *dims):
    """These values, with names for their axes."""
    return drawn(lambda d: torch.tensor(values, dtype=d.dtype), *dims)


def scaled(mean, *deviations):
    """Five rows with these deviations around this mean, each column in an order of its own."""

    def draw(d):
        steps = torch.tensor([-1.5, -0.5, 0.0, 0.5, 1.5], dtype=torch.float64)
        columns = [mean + size * steps[torch.randperm(5, generator=d.generator)] for size in deviations]
        return torch.stack(columns, 1).to(d.dtype)

    return drawn(draw, 5, len(deviations))


@exercise.call(train=normal("n", "d", mean=1.0, std=2.0), others=[OTHER], then=as_tuple)
def standardize(student, train, others):
    return student.standardize(train, *others)


@exercise.call(train=normal("n", "d", mean=1.0, std=2.0), others=[], then=as_tuple)
def of_all_sets(student, train, others):
    found = as_tuple(student.standardize(train, *others))
    return in_order(found, [train, *others])


TRAIN = (
    rows("n d", (5, 2), (4, 4), (6, 3))
    + rows("train", normal("n", "d", mean=-4.0, std=3.0))
    + rows("n d train", (3, 2, given([[8.0, 4.0], [8.0, -4.0], [20.0, 4.0]], "n", "d")))
)


@of_all_sets.check(points=1.25, cases=TRAIN, judge=Close(of=in_own_units))
def subtracts_the_mean():
    """each column of train has its mean subtracted"""


@of_all_sets.check(points=1.25, cases=TRAIN, judge=Close(of=from_own_mean, loosen=4))
def divides_by_the_deviation():
    """each column of train is divided by its deviation, sqrt(mean((x - mean)^2))"""


@of_all_sets.check(
    points=2,
    cases=rows("n d m others", (5, 3, 1, [OTHER]), (4, 4, 6, [OTHER]), (5, 2, 3, [OTHER]))
    + rows("n d m k others", (4, 3, 6, 5, [normal("k", "d"), OTHER, normal(1, "d", mean=9.0)]))
    + rows("n d others", (5, 2, [given([[1.0, 2.0]] * 3, 3, "d")])),
    judge=Close(of=as_train),
)
def measures_others_by_train(student, train, others):
    """all other sets are measured by the mean and the deviation of train, each column by its own"""
    alone = as_tuple(student.standardize(train))
    found = in_order(as_tuple(student.standardize(train, *others)), [train, *others])
    return (*alone, *found[1:])


@standardize.check(
    points=0.75, train=scaled(0.0, 1e-6, 4e-6, 1.0, 1e-12), others=[], judge=Close(of=from_own_mean, loosen=4)
)
def adds_nothing_to_the_deviation():
    """a column with a deviation of about 1e-6 or 1e-12 comes out with deviation 1 too"""


@of_all_sets.check(points=0.75, train=scaled(1e4, 0.7, 1.4), judge=Close(of=from_own_mean, loosen=0.3))
def survives_a_large_offset():
    """an offset of 1e4 does not spoil a deviation of about 1"""


@of_all_sets.check(points=0.25, train=scaled(1000.0, 0.004, 1e-5), dtypes=("float64",), judge=Close(of=from_own_mean))
def sees_a_small_deviation_at_an_offset():
    """in float64 a column around 1000 with a deviation of 1e-5 is not constant"""


@exercise.call(
    train=normal("n", 1), constants=[0.1, -3.3, 0.0, 1000.1], others=[], judge=Close(of=constants_only, scale=2000)
)
def with_constants(student, train, constants, others):
    train = torch.cat([train, train.new_tensor(constants).expand(len(train), -1)], dim=1)
    found = as_tuple(student.standardize(train, *others))
    return in_order(found, [train, *others])


@with_constants.check(points=0.75, cases=rows("n", 7, 9, 3), needs=divides_by_the_deviation)
def survives_constant_columns():
    """a column that is constant in train comes out as 0 there, also where rounding hides that it is constant"""


@with_constants.check(
    points=0.5, others=[normal("m", 5), normal("k", 5, mean=2.0)], cases=rows("n m k", (7, 3, 4), (9, 2, 5))
)
def divides_constant_columns_by_1():
    """a column that is constant in train comes out as x - mean in the others"""


@of_all_sets.check(
    points=0.25, train=normal(1, "d", mean=1.0), cases=rows("d m others", (4, 3, [OTHER]), (1, 2, [OTHER]))
)
def takes_a_single_row():
    """with one training row every column is constant"""


@of_all_sets.check(
    points=0.25, cases=rows("n d m others", (5, 1, 2, [OTHER]), (6, 1, 3, [OTHER])), judge=Close(of=as_train)
)
def takes_a_single_column():
    """there may be one column, which keeps its axis"""


@of_all_sets.check(
    points=0.25,
    cases=rows("others", [normal(0, "d")], [normal(0, "d"), normal(0, "d")]),
    judge=Close(of=as_train),
)
def takes_empty_sets():
    """another set may have no rows, and comes back with none"""


@standardize.check(
    points=0.5,
    cases=rows("n d m others", (5, 3, 2, [OTHER]), (4, 4, 4, [OTHER]))
    + rows("n d m k others", (4, 3, 2, 6, [normal("k", "d"), OTHER])),
    judge=Close(of=as_train),
)
def returns_the_sets_in_their_order():
    """train comes first, then the others in their order"""


@exercise.check(
    points=0.25,
    needs=measures_others_by_train,
    train=normal("n", "d"),
    others=[OTHER],
    cases=rows("n d train", (4, 2, normal("n", "d")), (2, 2, given([[1.0, -1.0], [-1.0, 1.0]], "n", "d")))
    + rows("n d train", (1, 2, given([[0.0, 0.0]], "n", "d")))
    + rows("others", [normal(0, "d")], []),
)
def returns_new_tensors(student, train, others):
    """returns new tensors: who changes one does not change what was passed in"""
    given = [train, *others]
    before = [part.clone() for part in given]
    found = as_tuple(student.standardize(train, *others))
    changed = not all(map(torch.equal, given, before))  # by the call itself: another check's matter
    for part in found:
        part.fill_(7.0)
    own = [
        all(part is not old for part in found) and torch.equal(old, was) for old, was in zip(given, before, strict=True)
    ]
    return {f"set {i}": "new" if changed or own[i] else "the tensor that was passed in" for i in range(len(given))}


returns_a_tuple = exercise.returns_python_numbers(
    "returns a tuple, also without any others", points=0.25, name="returns_a_tuple", about=standardize
)
exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25, except_for=survives_a_large_offset)
exercise.takes_views(points=0.25)
exercise.leaves_its_inputs_alone(points=0.25)

exercise.hint(
    """Do it on paper for the column 1, 1, 4 in train and 3 in another set: the mean is 2, the squared distances are 1, 1 and
    4, their mean is 2 and the deviation 1.414. The 3 becomes (3 - 2) / 1.414."""
)
exercise.hint(
    """mean(dim=0) goes down the columns and leaves one number for each. Compute mean and deviation once, from train, and use
    these two for every set: a set that had a part in them could not be a fair test any more.""",
    helps=[subtracts_the_mean, measures_others_by_train, takes_empty_sets],
)
exercise.hint(
    """torch.std divides by n - 1 unless you say unbiased=False, and what is added against a division by 0 is not small beside
    a deviation of 1e-6.""",
    helps=[divides_by_the_deviation, adds_nothing_to_the_deviation, takes_a_single_row],
)
exercise.hint(
    """The mean of x^2 minus the square of the mean is right on paper. At an offset of 1e4 both are about 1e8, where float32
    counts in steps of 8. Subtract the mean first, then square.""",
    helps=[survives_a_large_offset, sees_a_small_deviation_at_an_offset],
)
exercise.hint(
    """The mean of seven times 0.1 is not quite 0.1 in floating point, so the deviation is not quite 0. Ask the values instead:
    (train == train[0]).all(dim=0) is True where a column is constant. torch.where puts a 1 there, before you divide.""",
    helps=[survives_constant_columns, divides_constant_columns_by_1, takes_a_single_row],
)
exercise.hint(
    """return tuple((x - mean) / deviation for x in (train, *others)) is right for any number of sets, and for sets without
    rows.""",
    helps=[
        takes_empty_sets,
        takes_a_single_column,
        returns_the_sets_in_their_order,
        returns_new_tensors,
        returns_a_tuple,
    ],
)
