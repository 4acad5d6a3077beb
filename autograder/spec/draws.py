"""What tells normal draws from others: how a network's weights start, whatever they are drawn with.

    def weights_at_the_start(got):
        return normality([p for p in got.values() if p.dim() == 2], std=0.01)

    @start.check(points=1, judge=Statistic(of=weights_at_the_start, **honest_draws((256, 784), (10, 256))))

Uniform, clamped, shared and repeated draws all differ from honest ones in one of these numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import Any

import torch
from torch import Tensor


def normality(layers: Sequence[Tensor], std: float) -> dict[str, Any]:
    """What tells independent draws from N(0, std^2) from others, for matrices: what ``Statistic`` makes of a result."""
    layers = [W.double() / std for W in layers]
    each = torch.cat([W.flatten() for W in layers])
    sums = [torch.cat([W.sum(axis) / sqrt(W.shape[axis]) for W in layers]) for axis in (1, 0)]
    return {
        "nearly_all_weights_differ": len(each.unique()) > 0.9 * len(each),
        "mean_over_std": torch.stack([W.mean() for W in layers]),
        "variance_over_std_squared": torch.stack([W.square().mean() for W in layers]),
        "share_beyond_1_8_std": (each.abs() > 1.8).double().mean().item(),
        "fourth_moment": each.pow(4).mean().item(),
        "variance_of_row_sums": sums[0].square().mean().item(),
        "variance_of_column_sums": sums[1].square().mean().item(),
    }


def honest_draws(*shapes: tuple[int, int]) -> dict[str, Callable[[], tuple[Any, Any]]]:
    """For ``Statistic``: mean and deviation of what ``normality`` finds in honest draws of these shapes."""
    each = torch.tensor([float(rows * columns) for rows, columns in shapes])
    count, rows, columns = each.sum().item(), sum(s[0] for s in shapes), sum(s[1] for s in shapes)
    found: dict[str, tuple[Any, Any]] = {
        "mean_over_std": (0.0, 1 / each.sqrt()),
        "variance_over_std_squared": (1.0, (2 / each).sqrt()),
        "share_beyond_1_8_std": (0.071861, sqrt(0.0667 / count)),
        "fourth_moment": (3.0, sqrt(96 / count)),
        "variance_of_row_sums": (1.0, sqrt(2 / rows)),
        "variance_of_column_sums": (1.0, sqrt(2 / columns)),
    }
    return {name: _always(value) for name, value in found.items()}


def _always(value: tuple[Any, Any]) -> Callable[[], tuple[Any, Any]]:
    return lambda: value
