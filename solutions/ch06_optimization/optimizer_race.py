"""A race of optimizers: one training loop for linear regression, whoever takes the steps.

The loop shuffles, cuts the samples into batches, and computes gradients. What becomes of a gradient is up to a function
that the loop is given:

    optimizer_step([w, b], states, hyper)

It is any of the five of this chapter, sgd, momentum, adagrad, rmsprop and adam: same start, same data, same batches,
and the losses after each epoch tell which one is ahead.

    prediction    X w + b                             X (n, d)    w (d,)    b (1,)
    loss          mean of (X w + b - y)^2 / 2         y (n,)

Nothing is forbidden in this file: autograd is welcome, and so are gradients by hand and torch.utils.data.

Read: Dive into Deep Learning, sections 3.4 (linear regression from scratch) and 12.5.4 (one loop for all optimizers).
"""

from collections.abc import Callable

import torch
from torch import Tensor


def train(
    optimizer_step: Callable[[list[Tensor], list[dict], dict], None],
    X: Tensor,
    y: Tensor,
    hyper: dict,
    num_epochs: int,
    batch_size: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor, Tensor]:
    """Trains w and b by optimizer_step, and returns (w, b, losses).

    X (n, d), y (n,): n, d >= 1, both float32 or both float64. hyper: a dict of numbers. All three are left unchanged.
    num_epochs: >= 0. batch_size: >= 1. generator: a torch.Generator on the device of X and y.

    w (d,) and b (1,) are leaf tensors that require grad, and start at 0. Each epoch draws a new random order of the n
    samples from generator, all n! equally likely, and cuts it into batches of batch_size; the last one has what is left
    (batch_size >= n: one batch of all). For each batch, .grad of w and of b is the gradient of the mean of
    (X w + b - y)^2 / 2 over the rows of this batch, and nothing else; then

        optimizer_step([w, b], states, hyper)

    is called once. It changes w and b in place: train never updates them itself. It may read .grad, and also write or
    clear it. w and b are the same two tensors at every call. states is [{}, {}] at first, made anew for each call of
    train; what the step keeps in these two dicts is there at the next call, so they are the same two all the time.
    hyper is handed on as it is: which numbers are in it is the matter of optimizer_step alone.

    Returns a tuple of three detached tensors, in the dtype of X: w (d,), b (1,) and losses (num_epochs + 1,). losses[e]
    is the mean of (X w + b - y)^2 / 2 over all n rows, with w and b as they are after e epochs; losses[0] is that of
    the start. num_epochs = 0 returns zeros, and one loss.
    Every random number comes from generator, and nothing else: equal generators give equal results. It is never seeded
    again, so that a second call with it shuffles differently.
    """
    # TODO: make w, b and the two dicts, and measure the loss of the start.
    # TODO: in each epoch, draw an order and cut it into batches.
    # TODO: for each batch, put its gradients into .grad, and hand over.
    # TODO: measure the loss on all rows once an epoch. How does it leave .grad alone?
    ### BEGIN SOLUTION
    w, b = (X.new_zeros(size, requires_grad=True) for size in (X.shape[1], 1))
    states = [{}, {}]
    losses = [(y**2).mean() / 2]  # that of w = 0, b = 0
    for _ in range(num_epochs):
        for batch in torch.randperm(len(X), generator=generator, device=X.device).split(batch_size):
            w.grad = b.grad = None
            loss = ((X[batch] @ w + b - y[batch]) ** 2).mean() / 2
            loss.backward()
            optimizer_step([w, b], states, hyper)
        with torch.no_grad():
            losses.append(((X @ w + b - y) ** 2).mean() / 2)
    return w.detach(), b.detach(), torch.stack(losses)
    ### END SOLUTION
