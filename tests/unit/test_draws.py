"""What tells normal draws: honest weights pass, however they are drawn; each other rule for them is told."""

from __future__ import annotations

import pytest
import torch

from autograder.spec import Statistic, honest_draws, normality
from autograder.spec.judges import Want

SHAPES = [(256, 784), (10, 256)]
JUDGE = Statistic(of=lambda got: normality(got, 0.01), **honest_draws(*SHAPES))


def fails(draw):
    right = [0.01 * torch.randn(shape) for shape in SHAPES]
    want = Want(value=right, exact=right, spread=[], dtype=torch.float32)
    return JUDGE.verdict([draw(shape) for shape in SHAPES], want, {})


def test_honest_draws_pass():
    for _attempt in range(20):
        assert fails(lambda shape: 0.01 * torch.randn(shape)) is None


@pytest.mark.parametrize(
    "draw",
    [
        lambda shape: 0.012 * torch.randn(shape),
        lambda shape: 0.01 * torch.randn(shape) + 0.003,
        lambda shape: 0.01 * 3**0.5 * (2 * torch.rand(shape) - 1),
        lambda shape: 0.01 * torch.randn(shape).sign(),
        lambda shape: 0.01 * torch.randn(shape[0], 1).expand(shape),
        lambda shape: 0.01 * torch.randn(shape[1]).expand(shape),
    ],
    ids=["deviation", "mean", "uniform", "signs", "rows alike", "columns alike"],
)
def test_others_are_told(draw):
    assert fails(draw) is not None
