"""Minibatches: all samples once, a few at a time, in a new random order.

A training loop goes through its data in epochs. Each epoch shuffles the samples and cuts the order into batches:

    for epoch in range(num_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, generator):
            ...

Forbidden: torch.utils.data (DataLoader, TensorDataset, samplers, random_split), which does this and much more.

Read: Dive into Deep Learning, sections 3.3 (data as batches) and 12.5 (minibatch stochastic gradient descent).
"""

from collections.abc import Iterable

import torch
from torch import Tensor


def minibatches(X: Tensor, y: Tensor, batch_size: int, generator: torch.Generator) -> Iterable[tuple[Tensor, Tensor]]:
    """One epoch: pairs (X_batch, y_batch), in which each row of X is exactly once, together with its row of y.

    X (n, ...), y (n, ...): n samples, n >= 0, of any dtypes, which the batches keep. Both are left unchanged.
    batch_size: how many rows a batch has. The last batch has what is left: 7 rows with batch_size 3 make batches of 3,
    3 and 1. With batch_size >= n there is one batch, with n = 0 none. A batch of one row has shape (1, ...).
    generator: a torch.Generator on the device of X and y. Each call draws a new order from it, all n! equally likely;
    nothing else is random, and the same seed gives the same batches. It is never seeded again, so that a second call
    with it gives another order. The order may be drawn at the call or when the first batch is asked for.

    Whether a generator function, an iterator or a list gives the pairs is up to you. The batches are copies: writing
    into one changes neither X nor y.
    Raises ValueError, at the call or when the first batch is asked for, if batch_size < 1 or if X and y have different
    numbers of rows.
    """
    # TODO: refuse what cannot be cut into batches of pairs.
    # TODO: draw a random order of the row numbers, and take so many of them at a time.
    ### BEGIN SOLUTION
    if batch_size < 1:
        raise ValueError(f"batch_size is at least 1, got {batch_size}")
    if len(X) != len(y):
        raise ValueError(f"X has {len(X)} rows, but y has {len(y)}")
    order = torch.randperm(len(X), generator=generator, device=X.device)
    for start in range(0, len(X), batch_size):
        batch = order[start : start + batch_size]
        yield X[batch], y[batch]
    ### END SOLUTION
