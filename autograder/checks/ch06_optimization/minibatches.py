"""Checks of minibatches.

Rows are told by what is in them. Orders are looked at over many calls with one generator; the false alarms of all
statistics together stay below 1e-6.
"""

from itertools import islice, pairwise, permutations
from math import sqrt

import torch

from autograder.spec import (
    Close,
    Exercise,
    Statistic,
    Unfit,
    describe,
    distinct,
    drawn,
    error_of,
    named,
    normal,
    rows,
    seeded,
    uses_global_generator,
    whole,
)

exercise = Exercise(entry="minibatches", forbid="data", sizes={"n": (5, 7), "d": (8, 9)})
SEED = whole(0, 10**6)


def labels(*dims):
    """int64 labels, all different."""
    return drawn(
        lambda d: torch.randperm(10**6, generator=d.generator)[: d.size(dims[0])].reshape(d.shape(dims)), *dims
    )


EVEN = rows("n batch_size", (6, 3), (6, 2), (5, 1), (4, 4), (1, 1))
KINDS = rows(
    "X y",
    (distinct("n"), normal("n", 2, 3)),
    (normal("n", 2, 4, 3), labels("n", 1)),
    (labels("n"), distinct("n", 1)),
    (drawn(lambda d: torch.randint(256, (d.size("n"), 4, 4), generator=d.generator).byte(), "n"), labels("n")),
)
BOOLS = drawn(lambda d: torch.arange(d.size("n")) % 2 == 0, "n")


def epoch(student, X, y, batch_size, generator):
    """The pairs of an epoch, as many as there may be and one more."""
    pairs = islice(student.minibatches(X, y, batch_size, generator), len(X) + 1)
    found = [named(pair, "X_batch", "y_batch") for pair in pairs]
    for part in (part for pair in found for part in pair.values() if not isinstance(part, torch.Tensor)):
        raise Unfit("a batch should be a tensor, but is {got}", got=describe(part))
    return found


def listed(batch, whole):
    """The rows of a batch; one that lacks the axis of its batch, which is the matter of another check, is a row."""
    return [batch] if batch.shape == whole.shape[1:] else [*batch] if batch.dim() else []


def places(got, part, whole):
    """Of each row in the batches which row of the whole it is, in their order; -1 where it is none."""
    found = []
    for row in (row for pair in got for row in listed(pair[part], whole)):
        same = [i for i, one in enumerate(whole) if torch.equal(one.double().flatten(), row.double().flatten())]
        found.append(same[0] if same else -1)
    return found


def of_rows(got, X):
    found = places(got, "X_batch", X)
    return {
        "rows of X that never come": sorted({*range(len(X))} - {*found}),
        "rows of X that come more than once": sorted({i for i in found if i >= 0 and found.count(i) > 1}),
        "rows that are not in X": found.count(-1),
    }


def of_pairs(got, X, y):
    of_X, of_y = places(got, "X_batch", X), places(got, "y_batch", y)
    strange = sorted(i for i, j in zip(of_X, of_y, strict=False) if i != j)
    return {
        "rows of X with another row's y": strange,
        "rows of X beyond those of y": max(len(of_X) - len(of_y), 0),
        "some row comes": bool(of_X),
    }


def of_sizes(got, X):
    return {"rows of each batch": [len(listed(pair["X_batch"], X)) for pair in got]}


def of_forms(got):
    def forms(part):
        return sorted({f"{str(pair[part].dtype)[6:]} {['rows', *pair[part].shape[1:]]}" for pair in got})

    return {"X_batch": forms("X_batch"), "y_batch": forms("y_batch")}


@exercise.call(X=distinct("n", "d"), y=labels("n"), batch_size=2, seed=SEED)
def batches(student, X, y, batch_size, seed):
    return epoch(student, X, y, batch_size, seeded(seed, X.device))


@batches.check(points=1, judge=Close(of=of_rows), cases=EVEN + rows("n", 6) * KINDS)
def takes_every_row_once():
    """takes every row of X exactly once"""


@batches.check(points=0.75, judge=Close(of=of_pairs), cases=EVEN[:3] + rows("n", 6) * KINDS)
def keeps_pairs_together():
    """gives each row of X together with its own row of y"""


@batches.check(
    points=0.75,
    judge=Close(of=of_sizes),
    cases=rows("n batch_size", (7, 3), (6, 4), (6, 3), (4, 1), (4, 4), (3, 8), (1, 2), (0, 2)),
)
def cuts_into_batches():
    """gives batches of batch_size rows, and in the last one what is left"""


@batches.check(
    points=0.5,
    judge=Close(of=of_forms),
    cases=rows("n batch_size", (6, 2), (3, 1)) * (*KINDS, {"X": normal("n", 3), "y": BOOLS}),
)
def keeps_dtypes_and_axes():
    """gives batches of the dtypes of X and y, with their axes, also where a batch has one row"""


def of_orders(got):
    found = [tuple(row for row in order if row < 3) for order in got.tolist()]
    repeated = [order == before for before, order in pairwise(found)]
    return {
        "how_often_each_order_of_three_rows_comes": torch.tensor(
            [found.count(order) / len(found) for order in permutations(range(3))]
        ),
        "how_often_a_call_repeats_the_one_before": sum(repeated) / len(repeated),
    }


@exercise.call(n=3, batch_size=2, calls=1000, seed=SEED)
def orders(student, n, batch_size, calls, seed):
    generator, rows = seeded(seed), torch.arange(n)
    epochs = [epoch(student, rows.clone(), rows.clone(), batch_size, generator) for _call in range(calls)]
    return torch.stack([torch.cat([pair["X_batch"].flatten() for pair in pairs]).long() for pairs in epochs])


@orders.check(
    points=0.75,
    needs=takes_every_row_once,
    judge=Statistic(
        of=of_orders,
        how_often_each_order_of_three_rows_comes=lambda calls: (1 / 6, sqrt(5 / 36 / calls)),
        how_often_a_call_repeats_the_one_before=lambda calls: (1 / 6, sqrt(5 / 36 / (calls - 1))),
    ),
    cases=rows("n batch_size", (3, 1), (3, 3), (4, 2), (6, 3)),
)
def shuffles_anew():
    """draws a new order of all rows at each call, any order as probable as any other"""


def of_ways(got, n):
    """Whoever swaps each row with any other, and not with one that follows, has rows go forward too seldom."""
    ways = (torch.arange(n) - got) % n * 4 // n
    return {
        "every row comes once in each call": bool((got.sort(1).values == torch.arange(n)).all()),
        "share_of_rows_moved_by_up_to_1_2_3_and_4_quarters": torch.bincount(ways.flatten(), minlength=4) / ways.numel(),
    }


@orders.check(
    points=0.25,
    needs=shuffles_anew,
    judge=Statistic(
        of=of_ways,
        share_of_rows_moved_by_up_to_1_2_3_and_4_quarters=lambda n, calls: (0.25, sqrt(3 / 16 / (n - 1) / calls)),
    ),
    n=3000,
    batch_size=500,
    calls=4,
)
def shuffles_evenly():
    """lets each of many rows come once, at any place of the order"""


@batches.check(points=0.25, needs=keeps_pairs_together, X=normal(30, 2), y=labels(30))
def draws_from_the_generator(student, X, y, batch_size, seed):
    """draws from the generator that it is given, goes on where that stopped, and uses no other"""

    def call(generator):
        return torch.cat([pair["X_batch"] for pair in epoch(student, X.clone(), y.clone(), batch_size, generator)])

    generator = seeded(seed, X.device)
    first, second = call(generator), call(generator)
    torch.manual_seed(seed)
    return {
        "an equal generator gives the same batches": torch.equal(call(seeded(seed, X.device)), first),
        "a second call with the same generator gives the same": torch.equal(second, first),
        "torch's global generator is used": uses_global_generator(call, generator),
    }


def of_writing(got):
    return {f"{name} is written into": bool((part == -7).any()) for name, part in got.items()}


@batches.check(
    points=0.25,
    judge=Close(of=of_writing),
    needs=keeps_pairs_together,
    cases=rows("n batch_size", (6, 2), (5, 1), (4, 4), (1, 1)),
)
def gives_copies(student, X, y, batch_size, seed):
    """gives copies: writing into a batch changes neither X nor y"""
    X, y = X.clone(), y.clone()
    for pair in epoch(student, X, y, batch_size, seeded(seed, X.device)):
        pair["X_batch"].fill_(-7)
        pair["y_batch"].fill_(-7)
    return {"X": X, "y": y}


@exercise.check(
    points=0.25,
    needs=keeps_pairs_together,
    X=normal("n", 2),
    y=labels("m"),
    batch_size=2,
    cases=rows("n m batch_size", (5, 5, 0), (5, 5, -1), (5, 4, 2), (4, 5, 2), (0, 3, 2), (3, 0, 2), (3, 4, 9))
    + rows("n m batch_size", (5, 5, 5), (5, 5, 9), (1, 1, 1), (0, 0, 2)),
)
def refuses_what_does_not_fit(student, X, y, batch_size):
    """raises ValueError if batch_size < 1 or X and y have different numbers of rows, and only then"""
    return error_of(ValueError, lambda: next(iter(student.minibatches(X, y, batch_size, seeded(0, X.device))), None))


FORMS = [takes_every_row_once, keeps_pairs_together, cuts_into_batches, keeps_dtypes_and_axes]
exercise.leaves_its_inputs_alone(
    "leaves X and y unchanged, also where it raises ValueError", points=0.25, about=[*FORMS, refuses_what_does_not_fit]
)

exercise.hint(
    """Shuffle a pack of cards once, and deal from the top, three at a time, until there is none left. Nobody gets a card
    twice, and the last hand may be smaller."""
)
exercise.hint(
    """Shuffle the row numbers, not the rows: torch.randperm(n, generator=generator). The same numbers then take rows of X and
    of y, which is why these stay together.""",
    helps=[takes_every_row_once, keeps_pairs_together, shuffles_anew, shuffles_evenly, draws_from_the_generator],
)
exercise.hint(
    """range(0, n, batch_size) gives the places where batches begin, none of them for n = 0. A slice may end beyond the end of
    what it is taken from, and so the last batch needs no case of its own.""",
    helps=[cuts_into_batches, keeps_dtypes_and_axes],
)
exercise.hint(
    """X[numbers] with a tensor of row numbers is a copy, and has the axis of the rows even for one number. X[3:5] and X[3] are
    views: whoever writes into them writes into X.""",
    helps=[gives_copies, keeps_dtypes_and_axes],
)
exercise.hint(
    """range(0, n, -1) is empty and says nothing, so ask for batch_size < 1 yourself; and compare len(X) with len(y) before
    anything is taken from either.""",
    helps=refuses_what_does_not_fit,
)
