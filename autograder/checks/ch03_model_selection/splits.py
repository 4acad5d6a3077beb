"""Checks of splits.

What is random is looked at over many calls with one generator; no order of random numbers is asked for. The false
alarms of all statistics together stay below 1e-6.
"""

from math import exp, nan, sqrt

import torch

from autograder.checks.ch03_model_selection._shared import forms, indices, parts
from autograder.spec import (
    Close,
    Exercise,
    Family,
    Statistic,
    drawn,
    error_of,
    named,
    rows,
    uses_global_generator,
    whole,
)

RANDOM_SPLIT = Family(
    name="random_split",
    names=("torch.utils.data.random_split",),
    advice="Work out the sizes yourself and cut a random order of the indices into parts: torch.randperm is welcome.",
)
exercise = Exercise(entry=("hold_out_split", "bootstrap_split", "k_fold"), forbid=("sklearn", RANDOM_SPLIT))
SEED = whole(0, 10**6)
QUARTERS = drawn(lambda d: 4 * int(torch.randint(3, 100, (), generator=d.generator)))  # a multiple of 4
ONE_MORE = drawn(lambda d: QUARTERS.draw(d) + 1)
EVEN = rows("n fractions", (10, [0.6, 0.2, 0.2]), (20, (0.7, 0.3)), (12, [0.25, 0.25, 0.5]), (4, [1.0]))
EVEN += rows("n fractions", (QUARTERS, [0.25, 0.5, 0.25]))
UNEVEN = rows("n fractions", (11, [1 / 3, 1 / 3, 1 / 3]), (10, (0.25,) * 4), (5, [0.5, 0.5]), (100, [0.43, 0.57]))
UNEVEN += rows(
    "n fractions",
    (ONE_MORE, [0.25, 0.5, 0.25]),
    (3, [0.1, 0.8, 0.1]),
    (2, [0.05, 0.05, 0.9]),
    (1, [0.2, 0.8]),
    (13, [0.7, 0.15, 0.15]),
)
NOT_ALL_POSITIVE = rows("fractions", [0.5, 0.5, 0.0], [1.2, -0.2], [0.0, 1.0], [-0.5, 0.75, 0.75], [nan, 1.0], [nan])
NOT_ONE = rows("fractions", [0.5, 0.4], [0.7, 0.2, 0.2], [0.5, 0.499998], [0.5, 0.500002], [1.5], [60.0, 40.0], [])
FINE = rows("fractions", [0.1] * 10, [0.5, 0.4999992], [0.5, 0.5000008], [1.0], (0.9, 0.05, 0.05))
BLOCKS = rows("n k", (9, 3), (11, 4), (7, 2), (10, 4), (14, 5), (8, 7), (2101, 2), (whole(30, 99), whole(4, 9)))
IMPOSSIBLE = rows("n k", (5, 1), (5, 0), (5, -2), (5, 6), (1, 2), (1, 1))
POSSIBLE = rows("n k", (5, 5), (2, 2), (6, 2), (QUARTERS, 2))


def folds(found):
    return [parts(pair) for pair in found]


k_fold = exercise.call("k_fold", n=9, k=3, then=folds)


@exercise.call(n=10, fractions=[0.6, 0.2, 0.2], seed=SEED)
def hold_out_split(student, n, fractions, seed):
    sizes = f"sizes for n = {n} and {fractions}"
    found = parts(student.hold_out_split(n, fractions, torch.Generator().manual_seed(seed)))
    return {sizes: [len(part) for part in found], "all indices, sorted": sorted(i for part in found for i in part)}


@hold_out_split.check(points=1.5, cases=EVEN)
def cuts_into_parts():
    """hold_out_split puts every index into exactly one of the parts, which have the sizes that the fractions ask for"""


@hold_out_split.check(points=1, needs=cuts_into_parts, cases=UNEVEN)
def hands_out_what_is_left(student, n, fractions, seed):
    """hold_out_split rounds sizes down, then gives the samples left over to the parts from the first on, one each"""
    sizes = f"sizes for n = {n} and {fractions}"
    found = parts(student.hold_out_split(n, fractions, torch.Generator().manual_seed(seed)))
    return {sizes: [len(part) for part in found]}


@exercise.check(points=0.75, cases=NOT_ALL_POSITIVE + NOT_ONE + FINE, n=QUARTERS, fractions=[], seed=SEED)
def refuses_fractions(student, n, fractions, seed):
    """hold_out_split raises ValueError for a fraction that is not > 0 and for a sum other than 1, and only then"""
    what, found = f"what is raised for {fractions}", []
    generator = torch.Generator().manual_seed(seed)
    raised = error_of(ValueError, lambda: found.extend(parts(student.hold_out_split(n, fractions, generator))))
    return {what: raised, "number of indices": sum(len(part) for part in found)}


def by_part(got, n, fractions):
    held, few = [(got == part).double() for part in range(len(fractions))], got[:, :10]
    i, j = torch.triu_indices(few.shape[1], few.shape[1], 1)
    means = [(each @ torch.arange(n).double() / each.sum(1)).mean() for each in held]
    return {
        "how_often_each_index_is_in_each_part": torch.stack([each[:, :10].mean(0) for each in held]),
        "how_often_two_indices_are_in_the_same_part": (few[:, i] == few[:, j]).double().mean(0),
        "mean_of_the_indices_in_each_part": torch.stack(means),
        "how_many_indices_stay_in_their_part_from_call_to_call": (got[1:] == got[:-1]).double().mean().item(),
    }


def _share(p, calls):
    return p, (p * (1 - p) / calls) ** 0.5


def _mean_index(n, fractions, calls):
    held = n * torch.tensor(fractions).double()
    return torch.full_like(held, (n - 1) / 2), ((n + 1) * (n - held) / (12 * held * calls)).sqrt()


@exercise.check(
    points=1.25,
    needs=cuts_into_parts,
    judge=Statistic(
        of=by_part,
        how_often_each_index_is_in_each_part=lambda fractions, calls: _share(
            torch.tensor(fractions).double()[:, None], calls
        ),
        how_often_two_indices_are_in_the_same_part=lambda n, fractions, calls: _share(
            sum(n * f * (n * f - 1) for f in fractions) / (n * (n - 1)), calls
        ),
        mean_of_the_indices_in_each_part=_mean_index,
        how_many_indices_stay_in_their_part_from_call_to_call=lambda fractions, calls: _share(
            sum(f * f for f in fractions), calls - 1
        ),
    ),
    cases=rows("n fractions", (10, (0.5, 0.3, 0.2)), (4, (0.25,) * 4), (100, (0.5, 0.3, 0.2))),
    n=10,
    fractions=(),
    calls=500,
    seed=SEED,
)
def assigns_at_random(student, n, fractions, calls, seed):
    """hold_out_split makes all assignments with these sizes equally probable, and a new one at each call"""
    generator = torch.Generator().manual_seed(seed)
    found = torch.full((calls, n), -1)
    for row in found:
        for number, part in enumerate(parts(student.hold_out_split(n, fractions, generator))):
            row[part] = number
    return found


def by_index(got, n):
    at = (got["draws"][:, :, None] == torch.arange(n)).double()  # by call, place and index
    never, (i, j) = at.sum(1) == 0, torch.triu_indices(n, n, 1)
    return {
        "numbers of indices in train": got["numbers of indices in train"],
        "how_often_each_index_is_drawn": at.sum(1).mean(0),
        "how_often_each_index_is_at_each_place": at.mean(0),
        "how_often_two_places_hold_the_same_index": (at[:, i] * at[:, j]).sum(2).mean(0),
        "how_often_each_index_is_left_out": never.double().mean(0),
        "how_often_two_indices_are_both_left_out": (never[:, i] & never[:, j]).double().mean(0),
        "share_left_out_in_two_calls_in_a_row": (never[1:] & never[:-1]).double().mean().item(),
    }


@exercise.check(
    points=1,
    judge=Statistic(
        of=by_index,
        how_often_each_index_is_drawn=lambda n, calls: (1.0, sqrt((1 - 1 / n) / calls)),
        how_often_each_index_is_at_each_place=lambda n, calls: _share(1 / n, calls),
        how_often_two_places_hold_the_same_index=lambda n, calls: _share(1 / n, calls),
        how_often_each_index_is_left_out=lambda n, calls: _share((1 - 1 / n) ** n, calls),
        how_often_two_indices_are_both_left_out=lambda n, calls: _share((1 - 2 / n) ** n, calls),
        share_left_out_in_two_calls_in_a_row=lambda n, calls: _share((1 - 1 / n) ** (2 * n), calls - 1),
    ),
    cases=rows("n", 8, 5),
    n=8,
    calls=600,
    seed=SEED,
)
def draws_with_replacement(student, n, calls, seed):
    """bootstrap_split draws each of n training indices from all n, independently of the others, anew at each call"""
    generator = torch.Generator().manual_seed(seed)
    draws, counts = torch.full((calls, n), -1), set()
    for row in draws:
        train = indices(named(student.bootstrap_split(n, generator), "train", "test")["train"])
        counts.add(len(train))
        row[: len(train)] = torch.tensor(train[:n])
    return {"draws": draws, "numbers of indices in train": sorted(counts)}


def of_the_rest(got, n):
    train, test = got["train"], got["test"]
    return {
        "indices in train": len(train),
        "indices in train and in test": sorted(set(train) & set(test)),
        "indices in neither": sorted({*range(n)} - {*train, *test}),
        "indices in test, but not in 0..n-1": sorted({*test} - {*range(n)}),
        "test is ascending, without repetitions": test == sorted(set(test)),
        "about 36.8 % are in test": n < 1000 or abs(len(test) / n - exp(-1)) < 0.04,  # six deviations
    }


@exercise.check(
    points=1.25,
    needs=draws_with_replacement,
    judge=Close(of=of_the_rest),
    cases=rows("n", 9, 40, 2, 1, 3000),
    n=9,
    seed=SEED,
)
def tests_on_what_was_never_drawn(student, n, seed):
    """bootstrap_split leaves for the test exactly the indices that were never drawn, ascending; there may be none"""
    found = named(student.bootstrap_split(n, torch.Generator().manual_seed(seed)), "train", "test")
    return {name: indices(part) for name, part in found.items()}


@k_fold.check(points=1, cases=BLOCKS)
def cuts_consecutive_blocks():
    """k_fold makes each of k consecutive blocks the validation set once, the first n mod k one larger, and trains on
    the rest"""


@exercise.check(points=0.5, cases=IMPOSSIBLE + POSSIBLE, n=5, k=1)
def refuses_impossible_numbers(student, n, k):
    """k_fold raises ValueError if k < 2 or k > n, and only then: with k = n each sample is a fold"""
    found = []
    raised = error_of(ValueError, lambda: found.extend(folds(student.k_fold(n, k))))
    return {
        f"what is raised for n = {n} and k = {k}": raised,
        "folds": len(found),
        "indices in them": sorted({i for f in found for part in f for i in part}),
    }


def _two_in_a_row(split, seed):
    def call(generator):
        return parts(split(generator))

    generator = torch.Generator().manual_seed(seed)
    first, second = call(generator), call(generator)
    torch.manual_seed(seed)
    equal = call(torch.Generator().manual_seed(seed))
    is_used = uses_global_generator(call, generator)
    return {
        "from an equal generator": "the same" if equal == first else "something else",
        "from a second call with the same generator": "the same" if second == first else "something else",
        "torch's global generator": "is used" if is_used else "stays as it is",
    }


@exercise.check(points=0.5, needs=cuts_into_parts, n=60, fractions=[0.5, 0.5], seed=SEED)
def holds_out_by_the_generator(student, n, fractions, seed):
    """hold_out_split draws from the generator that it is given, goes on where that stopped, and uses no other"""
    return _two_in_a_row(lambda generator: student.hold_out_split(n, [*fractions], generator), seed)


@exercise.check(points=0.5, needs=draws_with_replacement, n=60, seed=SEED)
def draws_from_the_generator(student, n, seed):
    """bootstrap_split draws from the generator that it is given, goes on where that stopped, and uses no other"""
    return _two_in_a_row(lambda generator: student.bootstrap_split(n, generator), seed)


@exercise.check(points=0.5, cases=rows("n k", (QUARTERS, 3), (1, 0)), fractions=[0.5, 0.5], n=6, k=3, seed=SEED)
def returns_index_tensors(student, n, fractions, k, seed):
    """all three return 1-dim int64 tensors, empty ones too: tuples of them, k_fold a list of tuples"""
    held = student.hold_out_split(n, fractions, torch.Generator().manual_seed(seed))
    drawn = student.bootstrap_split(n, torch.Generator().manual_seed(seed))
    train, test = parts(drawn)
    found = {"hold_out_split": forms(held), "bootstrap_split": forms(drawn)}
    found |= {"indices in train": len(train), "also in test": len({*train} & {*test})}
    return found | ({"k_fold": forms(student.k_fold(n, k))} if k else {})


exercise.leaves_its_inputs_alone("hold_out_split leaves the fractions unchanged", points=0.25)

exercise.hint(
    """Do it for n = 5 with paper, and a hat with five slips in it. Hold-out: draw slips until the hat is empty, and deal
    them out. Bootstrap: put every slip back before you draw the next. K-fold: no hat, only scissors."""
)
exercise.hint(
    """A random order of 0..n-1, cut at the right places, is a hold-out split: in such an order every index is as
    likely to be in one place as in another. torch.randperm(n, generator=generator) makes it.
    Whoever swaps by hand draws the partner of place i from i to n-1: drawn from all places, some orders come more often.""",
    helps=[cuts_into_parts, assigns_at_random, holds_out_by_the_generator],
)
exercise.hint(
    """First floor(n * fraction) for every part; n minus the sum of these is what is left over, fewer samples than there
    are parts. Add 1 to as many sizes, from the first on. So 11 samples in thirds are 4, 4 and 3.""",
    helps=[cuts_into_parts, hands_out_what_is_left],
)
exercise.hint(
    """Sums of floats are seldom exact: 0.1 added up ten times is not 1. Compare abs(sum - 1) with 1e-6. And a sum may be
    right where a single fraction is not: look at each. Every comparison with NaN is False: ask whether all are right, not
    whether one is wrong.""",
    helps=refuses_fractions,
)
exercise.hint(
    """With replacement means that every draw is from all n, whatever came before: torch.randint(n, (n,),
    generator=generator). Note that its upper end is not among the numbers drawn.""",
    helps=[draws_with_replacement, draws_from_the_generator],
)
exercise.hint(
    """Keep a bool tensor with one element for each index, all False; set those of train to True. The test set is where it
    is still False: torch.nonzero gives the places in ascending order, with shape (count, 1).""",
    helps=[tests_on_what_was_never_drawn, returns_index_tensors],
)
exercise.hint(
    """A fold has n // k indices, and one more if it is among the first n % k. Remember where the last one stopped: there
    the next begins. Beside the block start..stop the training set is 0..start and stop..n.""",
    helps=[cuts_consecutive_blocks, refuses_impossible_numbers],
)
