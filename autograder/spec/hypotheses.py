"""The judge of searches: lists of sequences with their scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from autograder.messages import _
from autograder.spec.judges import Close, Mistake, Want, apart, describe, show

# An int beyond it is no score: not every int can be compared with floats.
MAX_SCORE = 1 << 100
# So many sequences of a result are listed.
MAX_LISTED = 60


class Hypotheses(Close):
    """Compares lists of (tokens, score): the sequences, then their scores, then, if it counts here, the order."""

    def __init__(self, ordered: bool = True) -> None:
        super().__init__()
        self.ordered = ordered

    def verdict(self, got: Any, want: Want, inputs: Any) -> Mistake | None:
        if mistake := _form(got):
            return mistake
        for tokens, score in got:
            if not math.isfinite(score):
                text = _("expected a finite score for every sequence, got {got} for {tokens}")
                return Mistake(text.format(got=show(score), tokens=show(tokens, 60)), got=show(score))
        details = {"expected": _listing(want.value), "got": _listing(got)}
        mine, right = [tokens for tokens, _score in got], [tokens for tokens, _score in want.value]
        missing = [tokens for tokens in right if tokens not in mine]
        extra = [tokens for tokens in mine if tokens not in right]
        count = _("sequences: {right} expected, {mine} returned").format(right=len(right), mine=len(mine))
        if missing and extra:
            text = _("expected the sequence {missing}, got {extra} instead ({count})")
            return Mistake(text.format(missing=show(missing[0], 60), extra=show(extra[0], 60), count=count), **details)
        if missing:
            text = _("the sequence {tokens} is missing ({count})")
            return Mistake(text.format(tokens=show(missing[0], 60), count=count), **details)
        if extra:
            text = _("the sequence {tokens} should not be there ({count})")
            return Mistake(text.format(tokens=show(extra[0], 60), count=count), **details)
        if len(mine) != len(right):
            twice = next(tokens for tokens in mine if mine.count(tokens) > 1)
            text = _("the sequence {tokens} is there more than once ({count})")
            return Mistake(text.format(tokens=show(twice, 60), count=count), **details)
        exact = torch.tensor([score for _tokens, score in want.exact], dtype=torch.float64)
        others = [torch.tensor([s for _tokens, s in v], dtype=torch.float64) for v in (want.value, *want.spread)]
        tolerance = self.tolerance(exact, others, want.dtype)
        for tokens, score in want.exact:
            other = got[mine.index(tokens)][1]
            if not abs(other - score) <= tolerance:  # never true of NaN
                text = _("expected the score {expected} for the sequence {tokens}, got {got}")
                return Mistake(text.format(tokens=show(tokens, 60), **apart(score, other)), **details)
        if self.ordered and mine != right:
            text = _("the sequences and scores are right, but not their order: the highest score comes first")
            return Mistake(text, **details)
        return None

    def alike(self, mine: Any, theirs: Any, want: Want, inputs: Any) -> bool:
        if not (_form(mine) or _form(theirs)):
            broken = [{str(score) for _tokens, score in found if not math.isfinite(score)} for found in (mine, theirs)]
            if any(broken):  # what is taken after a NaN or among equal -inf is chance
                return broken[0] == broken[1]
        return super().alike(mine, theirs, want, inputs)


def _form(got: Any) -> Mistake | None:
    """What is wrong with the form of a result: it should be a list of pairs of token ids and a number."""
    if not isinstance(got, list):
        text = _("expected a list of (tokens, score), got {got}") + (_(": is a return missing?") if got is None else "")
        return Mistake(text.format(got=describe(got)), expected=_("a list of (tokens, score)"), got=describe(got))
    for item in got:
        match item:
            case [list(tokens), float() | int() as score] if all(type(token) is int for token in tokens):
                if isinstance(score, float) or abs(score) < MAX_SCORE:
                    continue
        text = _("expected a list of (tokens, score), with ints as tokens, but this is in it: {got}")
        return Mistake(text.format(got=show(item)), expected=_("(tokens, score)"), got=show(item))
    return None


def _listing(hypotheses: Sequence[Any]) -> str:
    lines = [f"{score:10.6f}"[:40] + f"  {show(tokens, 120)}" for tokens, score in hypotheses[:MAX_LISTED]]
    return "\n".join([*lines, *["..."] * (len(hypotheses) > MAX_LISTED)])
