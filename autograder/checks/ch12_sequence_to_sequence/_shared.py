"""What the searches for sequences share: a model that is a table.

The next token depends on the position and on the last two tokens.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.messages import N_
from autograder.spec import Draw, Unfit, describe, drawn
from autograder.spec.inputs import Input

# Sums and scores of different sequences differ by at least this share of the larger one, in float32:
# five times what rounding can do to the two of them.
GAP = 3e-6
# Ranks of a token: before all others by far, and behind all others.
CERTAIN = -1
LAST = 9


def model(log_p: Tensor, bos: int, eos: int, beam_size: int) -> Callable[[Tensor], Tensor]:
    """The callback `step` of a table log_p (positions, V, V, V): [position, last token but one, last token] -> (V,)."""

    def step(prefixes: Tensor) -> Tensor:
        if not isinstance(prefixes, Tensor) or prefixes.dim() != 2 or prefixes.dtype != torch.int64:
            text = N_("step takes an int64 tensor of prefixes (k, t), but was called with {got}")
            raise Unfit(text, got=describe(prefixes))
        k, t = prefixes.shape
        if k == 0:
            raise Unfit(N_("step was called without any prefix: the search ends when none lives"))
        if k > beam_size:
            text = N_("step was called with {k} prefixes, but the beam has size {beam_size}: it holds no more")
            raise Unfit(text, k=k, beam_size=beam_size)
        rows = sorted(prefixes.tolist())
        if other := [row for row in rows if row[:1] != [bos]]:
            text = N_("step was called with {row}: every prefix starts with bos = {bos} and holds all tokens so far")
            raise Unfit(text, row=other[0], bos=bos)
        if ended := [row for row in rows if eos in row]:
            text = N_("step was called with {row}, but a sequence with eos = {eos} is finished and not continued")
            raise Unfit(text, row=ended[0], eos=eos)
        if other := [row for row in rows if not 0 <= min(row) <= max(row) < log_p.shape[-1]]:
            text = N_("step was called with {row}, but the tokens are 0 to {last}")
            raise Unfit(text, row=other[0], last=log_p.shape[-1] - 1)
        found = prefixes.to(log_p.device)
        return log_p[(t - 1) % len(log_p), found[:, max(t - 2, 0)], found[:, -1]].to(prefixes.device)

    return step


def table(
    vocabulary: int, ranks: Sequence[dict[int, int]], spacing: float, impossible: int
) -> Callable[[Draw], Tensor]:
    """Draws log-probabilities (positions, V, V, V) whose rows have well separated values.

    ranks: for each position the rank of some tokens (0: the most probable; CERTAIN: that by far), the others are free.
    impossible: this many of the least probable tokens of each row have log-probability -inf.
    """

    def draw(d: Draw) -> Tensor:
        def row(rank_of: dict[int, int]) -> Tensor:
            order = [v for v in torch.randperm(vocabulary, generator=d.generator).tolist() if v not in rank_of]
            for token, rank in sorted(rank_of.items(), key=lambda item: item[1]):
                order.insert(max(rank, 0), token)
            jitter = torch.rand(vocabulary, generator=d.generator, dtype=torch.float64)
            logits = -spacing * (torch.arange(vocabulary) + 0.7 * jitter)
            logits[vocabulary - impossible :] = -torch.inf
            logits[0] += 8.0 * (CERTAIN in rank_of.values())
            return logits.log_softmax(0)[torch.tensor(order).argsort()]

        places = [rank_of for rank_of in ranks for _last_two in range(vocabulary**2)]
        return torch.stack([row(place) for place in places]).view(len(ranks), *[vocabulary] * 3).to(d.dtype)

    return draw


def separated(log_p: Tensor, bos: int, eos: int, max_len: int, alpha: float) -> bool:
    """Whether no two sequences of one length, and no two scores of all lengths, come near each other."""
    every = torch.arange(log_p.shape[-1])
    scores = []
    for t in range(1, max_len + 1):
        y = torch.cartesian_prod(*[every[every != eos]] * (t - 1), every).view(-1, t)
        given = torch.cat([torch.full((len(y), 2), bos), y], dim=1)
        totals = log_p.double()[torch.arange(t), given[:, :t], given[:, 1 : t + 1], y].sum(1)
        if _near(totals):
            return False
        scores.append(totals[(y[:, -1] == eos) | (t == max_len)] / t**alpha)
    return not _near(torch.cat(scores))


def _near(values: Tensor) -> bool:
    ordered = values[values.isfinite()].sort().values
    return bool((ordered.diff() < GAP * ordered[:-1].abs()).any())


def problem(
    vocabulary: int,
    bos: int,
    eos: int,
    beam_size: int,
    max_len: int,
    ranks: Sequence[dict[int, int]] = (),
    *,
    alpha: float = 0.0,
    spacing: float = 1.0,
    impossible: int = 0,
    positions: int = 0,
) -> dict[str, Any]:
    """The inputs of one search. ranks: of tokens by position, as ``table`` has them, the last for all that follow."""
    positions = positions or max_len
    of = [*ranks, *[ranks[-1] if ranks else {}] * positions][:positions]
    make = table(vocabulary, of, spacing, impossible)

    def draw(d: Draw) -> Tensor:
        for _attempt in range(1000):
            log_p = make(d)
            # A beam of one compares only tokens of one row, and these are far apart.
            if beam_size == 1 or separated(log_p, bos, eos, max_len, alpha):
                return log_p.to(d.device)
        raise ValueError("no table without near ties: make the problem smaller")

    log_p: Input = drawn(draw, positions, vocabulary, vocabulary, vocabulary)
    return {"bos": bos, "eos": eos, "beam_size": beam_size, "max_len": max_len, "alpha": alpha, "log_p": log_p}
