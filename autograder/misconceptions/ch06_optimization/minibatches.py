"""What people get wrong about minibatches."""

import torch

from autograder.spec import misconception, reference, slip

NOT_GENERATED = ("input_changed",)  # it would change X before the first row is taken
ORDER = "torch.randperm(len(X), generator=generator, device=X.device)"
STARTS = "range(0, len(X), batch_size)"
TAKEN = "order[start : start + batch_size]"
PAIR = "yield X[batch], y[batch]"
COUNT = '    if batch_size < 1:\n        raise ValueError(f"batch_size is at least 1, got {batch_size}")\n'
LENGTHS = '    if len(X) != len(y):\n        raise ValueError(f"X has {len(X)} rows, but y has {len(y)}")\n'


@slip(ORDER, "torch.arange(len(X))")
def not_shuffled():
    """The rows of X come in the same order at every call. Draw a new one each time, by torch.randperm, from the generator as
    it is: one that is seeded again at each call gives the same order again."""


@slip(ORDER, "torch.arange(len(X)).roll(int(torch.randint(max(len(X), 1), (), generator=generator)))")
def rolled():
    """Only few of the orders come, as where the rows follow each other as in X and it is random which is the first. Every
    order should be possible."""


@misconception
def batches_shuffled(X, y, batch_size, generator):
    """The batches come in a random order, but the rows within follow each other as in X: the same ones are always
    together. Shuffle the rows, then cut."""
    count = len(list(reference.minibatches(X, y, batch_size, generator)))
    order = torch.randperm(len(X) // batch_size, generator=generator).tolist()
    parts = [slice(i * batch_size, (i + 1) * batch_size) for i in [*order, count - 1][:count]]
    return [(X[part].clone(), y[part].clone()) for part in parts]


@slip(ORDER, "torch.randperm(len(X), generator=torch.Generator().manual_seed(generator.initial_seed()))")
def same_order_each_epoch():
    """Each call gives the same order, as from a generator that is seeded again. Draw from the one that is given, and leave it
    where it has come to."""


@slip(ORDER, "torch.randint(max(len(X), 1), (len(X),), generator=generator)")
def drawn_with_replacement():
    """Rows are drawn with replacement, so that an epoch has some twice and leaves others out. Go through a random order of
    all: torch.randperm."""


@slip(ORDER, "torch.randperm(len(X))")
def global_generator():
    """torch's global generator is used, so that an equal generator does not give the same batches. Hand yours on:
    torch.randperm(n, generator=generator)."""


@misconception
def swapped_with_any(X, y, batch_size, generator):
    """Some orders come more often than others, as happens when each row changes places with any row. Its partner has to be
    among those that follow, itself included; torch.randperm knows."""
    order = list(range(len(X)))
    for i in range(len(X)):
        j = int(torch.randint(len(X), (), generator=generator))
        order[i], order[j] = order[j], order[i]
    rest = list(reference.minibatches(X, y, batch_size, generator))
    order = torch.tensor(order, dtype=torch.int64)
    return [(X[part], y[part]) for part in order.split(batch_size)] if rest else []


@slip(PAIR, "yield X[batch], y[batch.sort().values]")
def y_sorted():
    """y does not come in the order of X: its rows belong to others. Take both by the same row numbers."""


@slip(PAIR, "yield X[batch], y[start : start + batch_size].clone()")
def y_not_shuffled():
    """Rows of X get another row's y, as where one of the two is shuffled and the other keeps its own order. Take both by the
    same row numbers."""


@slip(PAIR, "yield X[batch], y[torch.randperm(len(y), generator=generator)[: len(batch)]]")
def two_orders():
    """X and y are shuffled each by itself. One order is for both."""


@slip(STARTS, "range(0, len(X) - batch_size + 1, batch_size)")
def last_batch_dropped():
    """The last batch is left out where it is smaller, as with drop_last=True. Give it too: every row has its turn."""


@slip(TAKEN, "torch.cat([order, order])[start : start + batch_size]")
def last_batch_filled_up():
    """The last batch is filled up, as with rows that have come already. It has what is left, even if that is less."""


@slip("    for start", "    if len(X) == 0:\n        yield X, y\n    for start")
def empty_batch():
    """Without any row there is a batch of none, as order.split(batch_size) makes one. There should be no batch."""


@slip(PAIR, "yield X[batch].squeeze(0), y[batch].squeeze(0)")
def one_row_without_axis():
    """A batch of one row lacks the axis of its rows. It has shape (1, ...), as the others have shape (batch_size, ...)."""


@slip(PAIR, "yield X[batch].float(), y[batch].float()")
def turned_to_float():
    """Batches have another dtype than X and y, as after .float(). Labels are int64 for a reason: leave the dtypes as they
    are."""


@slip(PAIR, "yield X[batch].flatten(1) if X.dim() > 2 else X[batch], y[batch]")
def rows_flattened():
    """The rows are flattened. A batch has the axes of X, only with fewer rows."""


@slip((STARTS, "range(0, len(X), len(X) or 1)"), (TAKEN, "order"))
def always_one_batch():
    """All rows come in one batch, whatever batch_size is. Cut the order into pieces of batch_size."""


@slip(
    (STARTS, "range(len(X) // batch_size + (len(X) % batch_size > 0))"),
    (TAKEN, "order[start :: -(-len(X) // batch_size)]"),
)
def dealt_in_turn():
    """Several batches are smaller than batch_size, as where the rows are dealt out evenly. All have batch_size rows but the
    last one."""


@slip(
    (ORDER, ORDER + "\n    X.copy_(X[order]), y.copy_(y[order])"),
    (TAKEN, "torch.arange(len(X))[start : start + batch_size]"),
)
def shuffled_in_place():
    """X and y are changed, as by shuffling them in place. The caller still needs them as they were: shuffle row numbers."""


@slip(PAIR, "yield (X[batch], y[batch]) if len(batch) < len(X) else (X, y)")
def all_rows_as_they_are():
    """One batch of all is X itself or a view of it, in its own order: whoever writes into it writes into X. Shuffle and copy
    it as any other."""


@slip(
    PAIR, "yield (X[batch], y[batch]) if len(batch) > 1 else (X[batch[0] : batch[0] + 1], y[batch[0] : batch[0] + 1])"
)
def one_row_is_a_view():
    """A batch is a view, as a slice X[i:j] or a single row is: whoever writes into it writes into X. Indexing with a tensor
    copies, and so does clone()."""


@slip(COUNT, "")
def batch_size_below_1_taken():
    """A negative batch_size is taken without complaint. Raise ValueError for all below 1: a loop that does nothing is hard to
    find."""


@slip(LENGTHS, "")
def different_lengths_taken():
    """X and y may have different numbers of rows. Compare len(X) and len(y) before anything is taken, and raise
    ValueError."""


@slip(LENGTHS, LENGTHS.replace("!=", ">"))
def longer_y_taken():
    """A y with more rows than X is taken, though some of them belong to no row of X. Ask for len(X) != len(y)."""


@slip(COUNT, "    if batch_size < 1 or len(X) != len(y):\n        X.zero_()\n" + COUNT)
def changed_before_it_raises():
    """Where ValueError is raised, X is not what it was. Look at the arguments before anything is done with them."""


@slip(COUNT, COUNT.replace("batch_size < 1", "batch_size < 1 or batch_size > len(X)"))
def large_batch_size_refused():
    """A batch_size above n is refused. It is allowed, and makes one batch of all."""
