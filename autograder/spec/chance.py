"""Judges of random zeros: drawn anew at each call, with the right probability, each element for itself.

    @exercise.call(p=0.5, calls=200, X=normal("rows", "columns", away=0.25))
    def zeros(student, X, p, calls):
        return repeated(lambda X: student.dropout(X, p), X, calls) == 0

    @zeros.check(points=1.5, judge=with_probability(), cases=rows("p", 0.25, 0.7))

What they judge is a bool tensor (calls, ...): of each of many calls, which elements are 0. No matter how random numbers
are drawn: for an honest solution every count is binomial, every correlation a mean of uncorrelated products. Some
deviations are wider than honest code needs, so that masks shared by a row fail ``each_alone``, and the others never by
chance.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

import torch
from torch import Tensor

from autograder.messages import _
from autograder.spec.judges import Mistake, Statistic
from autograder.spec.tools import fitting


def repeated(function: Callable[[Tensor], Any], X: Tensor, calls: int) -> Tensor:
    """What so many calls make of the same tensor, stacked. The first gets X itself, each other a copy of its own."""
    copies = [X, *X.expand(calls - 1, *X.shape).clone()]
    return torch.stack([fitting(function(copy), X) for copy in copies])


def drawn_anew() -> Statistic:
    """What is 0 in one call says nothing about the next, nor about any later one."""
    return Statistic(
        of=_between_calls,
        correlation_with_the_call_before=lambda want: (0.0, 1 / sqrt(len(want) - 1)),
        correlation_with_an_earlier_call=lambda want: (0.0, 1 / sqrt(len(want) / 2)),
        different_masks=lambda want: (len(want), 1.0),  # masks shared by a row coincide now and then
    )


def with_probability() -> Statistic:
    """Elements are 0 with the probability that the input ``p`` says. A row counts like a single element."""
    return Statistic(
        of=lambda got: {
            "share_of_zeros": got.double().mean().item(),
            "share_of_zeros_in_each_place": got.double().mean(0),
        },
        share_of_zeros=lambda p, want: (p, sqrt(p * (1 - p) / prod(want.shape[:2]))),
        share_of_zeros_in_each_place=lambda p, want: (p, sqrt(p * (1 - p) / len(want))),
    )


def each_alone() -> Statistic:
    """What is 0 says nothing about other elements of the same row, column or call."""
    return Statistic(
        of=_within_calls,
        correlation_within_a_row=lambda want: _of_pairs(want, want.shape[-1]),
        correlation_within_a_column=lambda want: _of_pairs(want, want.shape[-2]),
        correlation_within_a_call=lambda want: _of_pairs(want, prod(want.shape[1:])),
    )


def _deviations(zeros: Tensor) -> Tensor:
    """How far each element is from the share of zeros, in standard deviations. Raises ``Mistake`` if all are alike."""
    share = zeros.double().mean()
    if not 0 < share < 1:
        text = _("{share} of the elements are 0: some should be, others not")
        raise Mistake(text.format(share=f"{share:.0%}"))
    return (zeros.double() - share) / (share * (1 - share)).sqrt()


def _between_calls(got: Tensor) -> dict[str, Any]:
    """By how much calls resemble each other: each with the one before; with that many calls before, where that is most;
    and how many masks there are, since what goes through a stock of them comes back to each."""
    off = _deviations(got).flatten(1)
    found = [(off[before:] * off[:-before]).mean().item() for before in range(1, len(off) // 2 + 1)]
    return {
        "correlation_with_the_call_before": found[0],
        "correlation_with_an_earlier_call": max(found, key=abs),
        "different_masks": len(torch.unique(got.flatten(1), dim=0)),
    }


def _within_calls(got: Tensor) -> dict[str, Any]:
    off = _deviations(got)
    return {
        "correlation_within_a_row": _correlation_of_pairs(off),
        "correlation_within_a_column": _correlation_of_pairs(off.transpose(-1, -2)),
        "correlation_within_a_call": _correlation_of_pairs(off.flatten(1)),
    }


def _correlation_of_pairs(off: Tensor) -> float:
    """The mean product of two different elements of the last axis."""
    size = off.shape[-1]
    return float(((off.sum(-1) ** 2 - (off**2).sum(-1)) / (size * (size - 1))).mean())


def _of_pairs(zeros: Tensor, size: int) -> tuple[float, float]:
    """Mean and deviation of that correlation for an honest solution, in groups of this size.

    Squares of sums have a longer tail than the normal: wider by a tenth.
    """
    groups = zeros.numel() // size
    return 0.0, 1.1 / sqrt(groups * size * (size - 1) / 2)
