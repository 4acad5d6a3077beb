"""Lists of sequences with their scores: form, sequences, scores and order, in this order."""

from __future__ import annotations

import math

import pytest
import torch

from autograder.spec import Hypotheses
from autograder.spec.judges import Want

RIGHT = [[[1, 2], -0.5], [[1], -0.75], [[2, 1, 1], -1.5]]
want = Want(value=RIGHT, exact=RIGHT, spread=[RIGHT], dtype=torch.float32)


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (None, "is a return missing"),
        ([[1, 2], -0.5], "but this is in it: [1, 2]"),
        ([[[1.0], -0.5]], "with ints as tokens"),
        ([[[1], 1 << 200]], "but this is in it"),
        ([[[1], math.nan]], "finite score"),
        (RIGHT[:2], "[2, 1, 1] is missing (sequences: 3 expected, 2 returned)"),
        ([*RIGHT, [[5], -2.0]], "[5] should not be there"),
        ([*RIGHT[:2], [[5], -2.0]], "expected the sequence [2, 1, 1], got [5] instead"),
        ([*RIGHT, RIGHT[0]], "[1, 2] is there more than once"),
        ([[[1, 2], -0.6], *RIGHT[1:]], "expected the score -0.5 for the sequence [1, 2], got -0.6"),
        (RIGHT[::-1], "but not their order"),
    ],
)
def test_what_is_wrong_is_said(got, says):
    assert says in Hypotheses().verdict(got, want, {}).message


def test_rounding_and_another_order_may_be_forgiven():
    near = [[tokens, score + 1e-7] for tokens, score in RIGHT]
    assert Hypotheses().verdict(near, want, {}) is None
    assert Hypotheses(ordered=False).verdict(near[::-1], want, {}) is None


def test_scores_that_are_no_numbers_are_the_same_mistake_whatever_else_is_there():
    got, other = ([[[token], math.nan]] for token in (1, 2))
    assert Hypotheses().same(got, other, want, {})
    assert not Hypotheses().same(got, RIGHT[:1], want, {})
