"""Judges of epochs: honest orders pass, however they are drawn; each other way through the samples is told."""

from __future__ import annotations

import pytest
import torch

from autograder.spec import in_batches, in_new_orders, outcomes
from autograder.spec.epochs import ALONE, AT_ONCE, FIRST, LEFT_OUT, NEITHER, RIGHT
from autograder.spec.judges import Want

CALLS = 300
PULLS = torch.eye(5, dtype=torch.float64)


def step(state, batch):
    """Each sample has a pull of its own, and what came before fades."""
    return 0.5 * state + PULLS[torch.tensor(batch)].mean(0)


def descent(*epochs):
    state = torch.zeros(5, dtype=torch.float64)
    for epoch in epochs:
        for batch in epoch:
            state = step(state, [int(i) for i in batch])
    return state


def possible(n, batch_size, num_epochs=1):
    return outcomes(torch.zeros(5, dtype=torch.float64), step, n, batch_size, num_epochs)


def want(value):
    return Want(value=value, exact=value, spread=[], dtype=torch.float64)


def said_of_batches(found, n, batch_size):
    right = {"found": descent(torch.arange(n).split(batch_size)), "possible": possible(n, batch_size)}
    mistake = in_batches().verdict({**right, "found": found}, want(right), {})
    return mistake and mistake.message


def test_any_order_in_batches_passes():
    for _attempt in range(20):
        assert said_of_batches(descent(torch.randperm(5).split(2)), 5, 2) is None
        assert said_of_batches(descent(torch.randperm(4).split(4)), 4, 7) is None


@pytest.mark.parametrize(
    ("epoch", "kind"),
    [
        ([[3, 1], [4, 0]], LEFT_OUT),
        ([[2], [3, 1], [4, 0]], FIRST),
        ([[3, 1]], ALONE),
        ([[0, 1, 2, 3, 4]], AT_ONCE),
        ([[3, 1], [3, 0], [2]], NEITHER),
        ([[3, 1, 0], [4, 2]], NEITHER),
    ],
)
def test_other_ways_are_told(epoch, kind):
    assert kind in said_of_batches(descent(epoch), 5, 2)


def test_what_learns_nothing_is_told():
    nothing = {RIGHT: torch.zeros(1, 5)}
    right = {"found": descent([[0]]), "possible": {RIGHT: descent([[0]])[None]}}
    assert in_batches().verdict({"found": torch.zeros(5), "possible": nothing}, want(right), {}) is not None


def said_of_orders(draw):
    """draw: makes the two orders of a call."""

    def results(draw):
        found = torch.stack([descent(*[[[i] for i in order] for order in draw()]) for _call in range(CALLS)])
        return {"found": found, "possible": possible(3, 1, 2)}

    right = results(lambda: (torch.randperm(3).tolist(), torch.randperm(3).tolist()))
    return in_new_orders().verdict(results(draw), want(right), {"calls": CALLS})


def fresh():
    return torch.randperm(3).tolist()


def test_honest_orders_pass():
    for _attempt in range(5):
        assert said_of_orders(lambda: (fresh(), fresh())) is None


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: (fresh(),) * 2, "second epoch repeats the first"),
        (lambda: ([0, 1, 2], fresh()), "each order is drawn first"),
        (lambda: ([0, 1, 2], [2, 0, 1]), "each order is drawn first"),
        (lambda: (fresh(), [0, 0, 1]), "each result is one to which two epochs lead"),
    ],
    ids=["one order for both epochs", "none in the first epoch", "always the same", "with replacement"],
)
def test_other_orders_are_told(draw, said):
    assert said in said_of_orders(draw).message


def test_a_call_that_repeats_the_one_before_is_told():
    orders = [(fresh(), fresh()) for _ in range(CALLS)]
    held = iter([orders[i // 2] for i in range(CALLS)])
    assert "repeats the one before" in said_of_orders(lambda: next(held)).message
