"""Judges of random zeros: honest ones pass, however they are drawn; each kind of bias is seen by its judge."""

from __future__ import annotations

import pytest
import torch

from autograder.spec import Unfit, drawn_anew, each_alone, repeated, with_probability
from autograder.spec.judges import Want

CALLS, SHAPE, P = 200, (25, 6), 0.3
generator = torch.Generator().manual_seed(5)


def rand(*shape):
    return torch.rand(shape, generator=generator)


def stock():
    masks = rand(8, *SHAPE) < P
    return torch.stack([masks[i % 8] for i in range(CALLS)])


HONEST = rand(CALLS, *SHAPE) < P
JUDGES = {"drawn anew": drawn_anew(), "with probability": with_probability(), "each alone": each_alone()}
BIASED = {
    "a mask for all calls": ((rand(1, *SHAPE) < P).expand(CALLS, *SHAPE), {"drawn anew"}),
    "masks taken in turn": (stock(), {"drawn anew"}),
    "another probability": (rand(CALLS, *SHAPE) < P + 0.1, {"with probability"}),
    "one for each row": ((rand(CALLS, SHAPE[0], 1) < P).expand(CALLS, *SHAPE), {"each alone"}),
    "one for each column": ((rand(CALLS, 1, SHAPE[1]) < P).expand(CALLS, *SHAPE), {"each alone"}),
    "a fixed number": (rand(CALLS, 150).argsort(1).argsort(1).view(CALLS, *SHAPE) < 45, {"each alone"}),
    "nothing": (torch.zeros(CALLS, *SHAPE, dtype=torch.bool), {*JUDGES}),
}


def said(judge, zeros):
    want = Want(value=HONEST, exact=HONEST, spread=[], dtype=torch.float32)
    return judge.verdict(zeros, want, {"p": P})


@pytest.mark.parametrize("name", JUDGES)
def test_honest_zeros_pass(name):
    for _attempt in range(5):
        assert said(JUDGES[name], rand(CALLS, *SHAPE) < P) is None
        assert said(JUDGES[name], torch.bernoulli(torch.full((CALLS, *SHAPE), P), generator=generator).bool()) is None


@pytest.mark.parametrize("name", BIASED)
def test_a_bias_is_seen(name):
    zeros, seen_by = BIASED[name]
    assert seen_by <= {judge for judge in JUDGES if said(JUDGES[judge], zeros)}


def test_what_is_0_everywhere_is_said_in_words():
    assert said(drawn_anew(), torch.ones(CALLS, *SHAPE, dtype=torch.bool)).message.startswith("100% of the elements")


def test_calls_get_copies_of_their_own():
    X, given = torch.ones(2, 3), []

    def change(X):
        given.append(X)
        return X.add_(1)

    assert repeated(change, X, 3).tolist() == (2 * torch.ones(3, 2, 3)).tolist()
    assert given[0] is X
    with pytest.raises(Unfit):
        repeated(lambda X: X[0], X, 3)
