"""Judges of epochs: the order of the samples is drawn by the student, so it has to be one of all orders of a few.

    possible = outcomes(b, step, n=5, batch_size=2, num_epochs=1)      # step(b, batch) is b after a step with batch
    return {"found": student.train(...), "possible": possible}         # a check with judge=in_batches()

``found`` is what the student's descent ends with. With steps that are the student's own a wrong step is paid once, by
the check that looks at steps. Two orders must never lead to the same: give each sample a pull of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import permutations, product
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from autograder.spec.judges import Close, Statistic

Way = list[list[int]]  # the batches of an epoch, in their order

RIGHT = "random batches, the last one smaller if need be"
LEFT_OUT = "random batches, the smaller one left out"
FIRST = "random batches, the smaller one first"
ALONE = "one random batch alone"
AT_ONCE = "one step on all samples"
NEITHER = "no batches of batch_size samples, each once"
NEAR = 1e-4  # of the largest number among those that are possible


@cache
def ways(n: int, batch_size: int) -> dict[str, list[Way]]:
    """All ways through n samples in batches, right ones and others; no order inside a batch matters."""
    cut = [[sorted(way[i : i + batch_size]) for i in range(0, n, batch_size)] for way in permutations(range(n))]
    right = [way for i, way in enumerate(cut) if way not in cut[:i]]
    smaller = len(right[0]) > 1 and n % batch_size
    return {
        RIGHT: right,
        LEFT_OUT: [way[:-1] for way in right if smaller],
        FIRST: [way[-1:] + way[:-1] for way in right if smaller],
        ALONE: [way[:1] for way in right],
        AT_ONCE: [[list(range(n))]],
    }


def outcomes(
    start: Tensor, step: Callable[[Tensor, list[int]], Tensor], n: int, batch_size: int, num_epochs: int
) -> dict[str, Tensor]:
    """What each kind of ways leads to from ``start`` (k,): (ways ** num_epochs, k), in the order of the ways."""
    found = {}
    for kind, its in ways(n, batch_size).items():
        ends = [start]
        for _epoch in range(num_epochs):
            ends = [_walk(end, step, way) for end, way in product(ends, its)]
        if its:
            found[kind] = torch.stack(ends)
    return found


def _walk(state: Tensor, step: Callable[[Tensor, list[int]], Tensor], way: Way) -> Tensor:
    for batch in way:
        state = step(state, batch)
    return state


def in_batches() -> Close:
    """Each epoch takes random batches of all samples: of ``found`` (k,) and ``possible``, as ``outcomes`` makes it."""
    return Close(of=_kind)


def _kind(got: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind, possible in got["possible"].items() if _nearest(got["found"][None], possible)[1]]
    return {"an epoch is": [*kinds, NEITHER][0], "something is learned": bool(got["found"].any())}


def in_new_orders() -> Statistic:
    """Each order is as probable as any other, anew in each epoch and each call.

    Of ``found`` (calls, k), from two epochs over three samples in batches of one, from one generator that goes on;
    ``possible``, as ``outcomes`` makes it; and the input ``calls``.
    """
    return Statistic(
        of=_orders,
        how_often_each_order_is_drawn_first=lambda calls: _by_chance(1 / 6, calls),
        how_often_the_second_epoch_repeats_the_first=lambda calls: _by_chance(1 / 6, calls),
        how_often_a_call_repeats_the_one_before=lambda calls: _by_chance(1 / 36, calls - 1),
    )


def _orders(got: Mapping[str, Any]) -> dict[str, Any]:
    which, near = _nearest(got["found"], got["possible"][RIGHT])
    first, second = which // 6, which % 6
    return {
        "each result is one to which two epochs lead": bool(near.all()),
        "how_often_each_order_is_drawn_first": torch.bincount(first, minlength=6).double() / len(first),
        "how_often_the_second_epoch_repeats_the_first": (first == second).double().mean().item(),
        "how_often_a_call_repeats_the_one_before": (which[1:] == which[:-1]).double().mean().item(),
    }


def _by_chance(p: float, calls: int) -> tuple[float, float]:
    return p, sqrt(p * (1 - p) / calls)


def _nearest(found: Tensor, possible: Tensor) -> tuple[Tensor, Tensor]:
    """Of each result (calls, k), which of the possible ones (ways, k) is nearest, and whether it is that one."""
    off = (found[:, None].double() - possible.double()).abs().amax(-1)
    far, which = off.min(1)
    return which, far < NEAR * possible.abs().max()
