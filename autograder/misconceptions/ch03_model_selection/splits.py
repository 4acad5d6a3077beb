"""What people get wrong about splits."""

import itertools
import math

import torch

from autograder.spec import misconception, reference, slip

NOT_GENERATED = ("bootstrap_split_input_changed", "k_fold_input_changed")  # they are given nothing that can change

SURE = "[math.floor(n * fraction)"
ORDER = "torch.randperm(n, generator=generator)"
LEFT_OVER = "    for i in range(n - sum(sizes)):\n        sizes[i % len(sizes)] += 1\n"


@slip(ORDER, "torch.arange(n)")
def not_shuffled():
    """hold_out_split cuts 0..n-1 in order. Data is often sorted, by class or by date, and then the parts are of different
    kinds: draw a random order first."""


@slip(ORDER, "torch.arange(n).roll(int(torch.randint(n, (), generator=generator)))")
def only_rotated():
    """hold_out_split keeps neighbours together: only the place where the cuts begin is drawn. Any index may come beside
    any other: draw a random order of all of them."""


@slip(ORDER, "torch.randint(n, (n,), generator=generator)")
def drawn_with_replacement():
    """hold_out_split puts some indices into several parts, or several times into one, and others into none. Use a random
    order of all indices, torch.randperm, instead of torch.randint."""


def _swapped(n, fractions, partner):
    """A split of an order made by swapping each place with a partner."""
    order = list(range(n))
    for i in range(n):
        j = partner(i)
        order[i], order[j] = order[j], order[i]
    sizes = [len(part) for part in reference.hold_out_split(n, fractions, torch.Generator())]
    return torch.tensor(order).split(sizes)


@misconception
def swapped_with_any_place(n, fractions, generator):
    """hold_out_split does not make all assignments equally probable: small indices come into some parts more often than large
    ones. So it is where each place is swapped with any place: draw the partner of place i from i to n-1, or take
    torch.randperm."""
    return _swapped(n, fractions, lambda i: int(torch.randint(n, (), generator=generator)))


@misconception
def never_left_in_place(n, fractions, generator):
    """hold_out_split moves every index to another place than its own, so that some assignments never come. In a random order
    an index may stay where it was: draw the partner of place i from i to n-1, not from i + 1 on, or take
    torch.randperm."""
    return _swapped(n, fractions, lambda i: i if i == n - 1 else int(torch.randint(i + 1, n, (), generator=generator)))


@misconception
def each_index_on_its_own(n, fractions, generator):
    """hold_out_split decides for each index alone where it goes, so that the sizes vary from call to call. The fractions
    fix the sizes; what is random is which index goes where."""
    reference.hold_out_split(n, fractions, generator)
    where = torch.multinomial(torch.tensor(fractions), n, replacement=True, generator=generator)
    return tuple(torch.nonzero(where == part).flatten() for part in range(len(fractions)))


@slip((LEFT_OVER, ""), (".split(sizes)", "[: sum(sizes)].split(sizes)"))
def left_over_lost():
    """hold_out_split loses samples: rounded down, the sizes do not add up to n. Those left over go to the parts from the
    first on, one each."""


@slip(LEFT_OVER, "    sizes[-1] += n - sum(sizes)\n")
def left_over_to_the_last():
    """hold_out_split gives all samples that are left over to the last part. They go to the parts from the first on, one
    each."""


@slip(LEFT_OVER, "    sizes[0] += n - sum(sizes)\n")
def left_over_to_the_first():
    """hold_out_split gives all samples that are left over to the first part. It gets only one of them, the second part the
    next, and so on."""


@slip(LEFT_OVER, "    for i in range(n - sum(sizes)):\n        sizes[-1 - i] += 1\n")
def left_over_from_the_last_on():
    """hold_out_split hands out the samples that are left over from the last part backwards. They go to the parts from the
    first on."""


@misconception
def ends_rounded(n, fractions, generator):
    """hold_out_split rounds the places of the cuts, n times the sum of the fractions so far. Each size is rounded down by
    itself; then what is left over goes to the parts from the first on, one each."""
    reference.hold_out_split(n, fractions, generator)
    ends = [round(n * sum(fractions[: i + 1])) for i in range(len(fractions))]
    return torch.randperm(n, generator=generator).tensor_split(ends[:-1])


@slip(
    LEFT_OVER,
    LEFT_OVER + "    for i in range(len(sizes)):\n        if sizes[i] == 0 and max(sizes) > 1:\n"
    "            sizes[sizes.index(max(sizes))] -= 1\n            sizes[i] += 1\n",
)
def no_part_empty():
    """hold_out_split gives every part at least one sample. A part may be empty: floor(n * fraction) may be 0."""


@slip(SURE, "[math.floor(n * fraction + 1e-9)")
def sizes_mended():
    """hold_out_split rounds a little up before it rounds down: 100 * 0.57 is 56.99999999999999 in floats, and its floor is
    56. The sizes are math.floor(n * fraction) as it is; what is lost that way is handed out again."""


@slip("not all(fraction > 0 for fraction in fractions) or ", "")
def single_fractions_unseen():
    """hold_out_split looks only at the sum of the fractions. 1.2 and -0.2 add up to 1 too: each has to be > 0."""


@slip("all(fraction > 0", "all(fraction >= 0")
def zero_taken():
    """hold_out_split takes a fraction of 0. Each has to be > 0; only a size may come out as 0."""


@slip("abs(sum(fractions) - 1) > 1e-6", "sum(fractions) != 1")
def sum_compared_exactly():
    """hold_out_split asks for a sum of exactly 1. In floats 0.1 added up ten times is 0.9999999999999999: allow for
    1e-6."""


@slip("abs(sum(fractions) - 1) > 1e-6", "sum(fractions) > 1 + 1e-6")
def too_little_taken():
    """hold_out_split takes fractions whose sum is below 1. Then a part of the data belongs nowhere: raise ValueError."""


@slip(ORDER, "torch.randperm(n)")
def other_generator():
    """hold_out_split draws from torch's global generator. Hand over the one that it was given: generator=generator."""


@slip(ORDER, "torch.randperm(n, generator=generator.manual_seed(0))")
def seeded_inside():
    """hold_out_split seeds the generator, so that every call returns the same split. Seeds are the caller's: draw, and
    leave the generator where it then is."""


@misconception
def hold_out_split_input_changed(n, fractions, generator):
    """hold_out_split changes the list of fractions that it was given: append, pop, sort and an assignment to an item write
    into the caller's. Make a list of your own."""
    found = reference.hold_out_split(n, fractions, generator)
    if isinstance(fractions, list):
        fractions[:] = [len(part) for part in found]
    return found


@misconception(entry="bootstrap_split")
def without_replacement(n, generator):
    """bootstrap_split draws without replacement: no index comes twice, so nothing is left out by chance. Draw each of the
    n anew from all of them, torch.randint(n, (n,), generator=generator)."""
    order = torch.randperm(n, generator=generator)
    return order, order[:0]


@misconception(entry="bootstrap_split")
def repetitions_dropped(n, generator):
    """bootstrap_split drops what was drawn again: train has n indices, with repetitions."""
    train, test = reference.bootstrap_split(n, generator)
    return train.unique(), test


@slip("torch.randint(n, (n,)", "torch.randint(max(n - 1, 1), (n,)")
def last_never_drawn():
    """bootstrap_split never draws the last index. The upper end of torch.randint is not among the numbers drawn: it is n,
    not n - 1."""


@slip("return train, torch.nonzero(~drawn).flatten()", "return train, torch.randint(n, (n,), generator=generator)")
def test_drawn_too():
    """bootstrap_split draws the test set as well, so that indices are in both. The test set is what was never drawn."""


@slip("return train, torch", "return train.sort().values, torch")
def train_sorted():
    """bootstrap_split sorts what it draws, so that small indices come first. Each of the n places is drawn by itself: leave
    them in the order in which they were drawn."""


@misconception(entry="bootstrap_split")
def some_indices_never_twice(n, generator):
    """bootstrap_split does not draw each index independently of the others. Each of the n draws is from all of 0..n-1, whatever
    came before: torch.randint(n, (n,), generator=generator)."""
    train = torch.randperm(n, generator=generator)
    train[n - n // 2 :] = train[: n // 2]
    test = [i for i in range(n) if i not in train.tolist()]
    return train, torch.tensor(test, dtype=torch.int64)


@slip("torch.nonzero(~drawn).flatten()", "torch.nonzero(drawn).flatten()")
def test_is_what_was_drawn():
    """bootstrap_split tests on what it trains on. The test set is the other indices, those that were never drawn."""


@slip("torch.nonzero(~drawn).flatten()", "torch.nonzero(~drawn).flatten().flip(0)")
def test_unordered():
    """bootstrap_split has the right test set in another order: ascending is asked for."""


@slip("(n,), generator=generator)", "(n,))")
def bootstrap_by_another_generator():
    """bootstrap_split draws from torch's global generator. Hand over the one that it was given: generator=generator."""


@slip("torch.nonzero(~drawn).flatten()", "torch.tensor([i for i in range(n) if not drawn[i]])")
def empty_is_float():
    """An empty set comes out as a float32 tensor, which cannot be used as an index: torch.tensor([]) does not know what it
    would have held. Say dtype=torch.int64."""


@misconception(entry="k_fold")
def rest_dropped(n, k):
    """k_fold drops the last n mod k samples: they are never validated. The first n mod k folds get one more each."""
    reference.k_fold(n, k)
    return reference.k_fold(n // k * k, k)


@misconception(entry="k_fold")
def rest_in_the_last(n, k):
    """k_fold puts all that is left over into the last fold. Sizes differ by at most one: the first n mod k folds get one
    more each."""
    reference.k_fold(n, k)
    ends = [*range(0, n // k * k, n // k)[:k], n]
    every = torch.arange(n)
    return [(torch.cat([every[:a], every[b:]]), every[a:b]) for a, b in itertools.pairwise(ends)]


@misconception(entry="k_fold")
def rounded_up(n, k):
    """k_fold makes all folds but the last as large as the largest, so that the last is too small or there are too few. Only
    the first n mod k folds get one more."""
    reference.k_fold(n, k)
    every = torch.arange(n)
    blocks = every.split(math.ceil(n / k))
    return [(every[~torch.isin(every, block)], block) for block in blocks]


@slip("torch.cat([everything[:start], everything[stop:]])", "everything")
def fold_in_its_training_set():
    """k_fold trains on everything, the validation set included, and validation tells nothing any more. Leave out the
    block."""


@slip("torch.cat([everything[:start], everything[stop:]])", "everything[:start]")
def only_what_came_before():
    """k_fold trains only on the samples before the block. The training set is all the rest, on both sides."""


@slip(
    (
        "torch.cat([everything[:start], everything[stop:]]), everything[start:stop]",
        "everything[start:stop], torch.cat([everything[:start], everything[stop:]])",
    )
)
def swapped():
    """k_fold has the two sets the wrong way round: the pair is (train, validation), and the block is the validation
    set."""


@slip("torch.cat([everything[:start], everything[stop:]])", "torch.cat([everything[stop:], everything[:start]])")
def what_follows_first():
    """k_fold puts the samples behind the block before those in front of it. The training set is ascending too."""


@misconception(entry="k_fold")
def every_kth(n, k):
    """k_fold deals the indices out in turn, 0, k, 2k, ... into one fold. A fold is a block of consecutive indices."""
    reference.k_fold(n, k)
    every = torch.arange(n)
    return [(every[every % k != i], every[i::k]) for i in range(k)]


@misconception(entry="k_fold")
def shuffled_first(n, k):
    """k_fold shuffles the indices first. Here they stay in order: shuffle beforehand if you want to."""
    order = torch.randperm(n)
    return [(order[train], order[validation]) for train, validation in reference.k_fold(n, k)]


@slip("if k < 2 or k > n:", "if k < 2 or k >= n:")
def leave_one_out_refused():
    """k_fold refuses k = n. That is leave-one-out, and allowed: each fold is one sample."""


@slip("if k < 2 or k > n:", "if k < 1 or k > n:")
def one_fold_taken():
    """k_fold takes k = 1, where nothing is left to train on: raise ValueError for k < 2."""


@slip("if k < 2 or k > n:", "if k < 2:")
def empty_folds():
    """k_fold takes more folds than samples, so that some validation sets are empty: raise ValueError for k > n."""


@slip(
    "start, stop = stop, stop + n // k + (i < n % k)",
    "size = n // k + (i < n % k); start, stop = i * size, (i + 1) * size",
)
def start_by_its_own_size():
    """k_fold begins a block at i times its own size, so that some indices are in two blocks. The blocks in front of it may be
    larger: begin where the last one stopped."""


@slip(
    "    if not all(fraction > 0 for fraction in fractions) or abs(sum(fractions) - 1) > 1e-6:\n"
    '        raise ValueError("fractions are > 0, and their sum is 1")\n',
    "    assert all(fraction > 0 for fraction in fractions) and abs(sum(fractions) - 1) <= 1e-6\n",
)
def fractions_asserted():
    """hold_out_split raises AssertionError. assert is for what can only be a mistake of your own, and python -O leaves it
    out: raise ValueError."""


@slip('    if k < 2 or k > n:\n        raise ValueError("k is from 2 to n")\n', "    assert 2 <= k <= n\n")
def k_asserted():
    """k_fold raises AssertionError. assert is for what can only be a mistake of your own, and python -O leaves it out: raise
    ValueError."""
