"""Checks of standardize."""

import torch
from torch import Tensor

from autograder.spec import Close, Exercise, normal, rows, tensor

exercise = Exercise(entry="standardize", forbid="sklearn", gradients=False, sizes={"n": (4, 7)})
OTHER = normal("m", "d", mean=4.0, std=3.0)


def as_tuple(found):
    """The parts as a tuple: whether they come as one is another check's matter."""
    return (found,) if isinstance(found, Tensor) else tuple(found) if isinstance(found, list) else found


def in_units_of_train(got):
    """All parts in units of the first training column, so that 1 / (n - 1) in the deviation is paid once."""
    unit = got[0][:, 0].square().mean().sqrt()
    return tuple(part / unit for part in got)


def constant_columns(got):
    """The columns behind the first as they are, and the first in units of train."""
    in_units = in_units_of_train(got)
    return tuple(torch.cat([own[:, :1], part[:, 1:]], dim=1) for own, part in zip(in_units, got, strict=True))


@exercise.call(train=normal("n", "d", mean=1.0, std=2.0), others=[OTHER], then=as_tuple)
def standardize(student, train, others):
    return student.standardize(train, *others)


@standardize.check(
    points=2.25,
    cases=rows("n d", (5, 2), (4, 4), (2, 3), (6, 1))
    + rows("train", tensor([[8.0, 4.0], [8.0, -4.0], [20.0, 4.0]]), normal("n", "d", mean=-4.0, std=3.0)),
    others=[],
)
def gives_mean_0_and_deviation_1():
    """each column of train has its mean subtracted and is divided by its deviation, sqrt(mean((x - mean)^2))"""


@standardize.check(
    points=2.5,
    also=rows("n d m", (4, 4, 4), (5, 3, 1), (5, 1, 2))
    + rows("others", [OTHER, normal("k", "d")], [normal("k", "d"), OTHER, normal(1, "d", mean=9.0)])
    + rows("others", [tensor([[1.0, 2.0]] * 3)]) * rows("d", 2),
    judge=Close(of=in_units_of_train),
)
def measures_others_by_train():
    """all other sets are measured by the mean and the deviation of train, each column by its own"""


@standardize.check(
    points=1,
    train=tensor([[1.0, 1e-6, -4e-6], [-1.0, -1e-6, 2e-6], [3.0, 1e-6, 4e-6], [-3.0, -1e-6, -2e-6]]),
    others=[],
    judge=Close(of=in_units_of_train),
)
def adds_nothing_to_the_deviation():
    """a column with a deviation of about 1e-6 comes out with deviation 1 too"""


@standardize.check(
    points=0.75,
    train=normal(6, 2, mean=1e4),
    others=[],
    judge=Close(of=in_units_of_train, loosen=0.3),
)
def survives_a_large_offset():
    """an offset of 1e4 does not spoil a deviation of 1"""


@exercise.call(
    train=normal("n", 1),
    constants=[0.1, -3.3, 0.0, 1000.1],
    others=[normal("m", 5), normal("k", 5, mean=2.0)],
    judge=Close(of=constant_columns, scale=2000),
    then=as_tuple,
)
def with_constants(student, train, constants, others):
    equal = train.new_tensor(constants).expand(len(train), -1)
    return student.standardize(torch.cat([train, equal], dim=1), *others)


@with_constants.check(points=1, cases=rows("n", 7, 9, 3), others=[])
def survives_constant_columns():
    """a column that is constant in train comes out as 0 there, also where rounding hides that it is constant"""


@with_constants.check(points=0.75, needs=survives_constant_columns, cases=rows("n", 7, 9))
def divides_constant_columns_by_1():
    """a column that is constant in train comes out as x - mean in the others"""


@standardize.check(points=0.25, train=normal(1, "d", mean=1.0), also=rows("d", 1))
def takes_a_single_row():
    """with one training row every column is constant"""


@standardize.check(
    points=0.25,
    cases=rows("others", [normal(0, "d")], [normal(0, "d"), normal(0, "d")]),
    judge=Close(of=in_units_of_train),
)
def takes_empty_sets():
    """another set may have no rows, and comes back with none"""


@exercise.check(
    points=0.25,
    needs=measures_others_by_train,
    train=normal("n", "d"),
    others=[OTHER],
    cases=rows("d", 2) * rows("train", normal("n", "d"), tensor([[1.0, -1.0], [-1.0, 1.0]]), tensor([[0.0, 0.0]]))
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
    new = [all(part is not old for part in found) for old in given]
    return [changed or (new[i] and torch.equal(given[i], before[i])) for i in range(len(given))]


returns_a_tuple = exercise.returns_python_numbers(
    "returns a tuple, also without any others", points=0.25, name="returns_a_tuple"
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
    helps=[gives_mean_0_and_deviation_1, measures_others_by_train, takes_empty_sets],
)
exercise.hint(
    """torch.std divides by n - 1 unless you say unbiased=False, and what is added against a division by 0 is not small beside
    a deviation of 1e-6.""",
    helps=[gives_mean_0_and_deviation_1, adds_nothing_to_the_deviation, takes_a_single_row],
)
exercise.hint(
    """The mean of x^2 minus the square of the mean is right on paper. At an offset of 1e4 both are about 1e8, where float32
    counts in steps of 8. Subtract the mean first, then square.""",
    helps=survives_a_large_offset,
)
exercise.hint(
    """The mean of seven times 0.1 is not quite 0.1 in floating point, so the deviation is not quite 0. Ask the values instead:
    (train == train[0]).all(dim=0) is True where a column is constant. torch.where puts a 1 there, before you divide.""",
    helps=[survives_constant_columns, divides_constant_columns_by_1, takes_a_single_row],
)
exercise.hint(
    """return tuple((x - mean) / deviation for x in (train, *others)) is right for any number of sets, and for sets without
    rows.""",
    helps=[takes_empty_sets, returns_new_tensors, returns_a_tuple],
)
