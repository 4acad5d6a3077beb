"""Checks of beam_search. The model is a table: the next token depends on the position and on the last two tokens."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.messages import N_, _
from autograder.spec import Close, Exercise, Mistake, Unfit, drawn
from autograder.spec.inputs import Draw, Input
from autograder.spec.judges import Want, apart, describe, show

exercise = Exercise(entry="beam_search")

# Sums and scores of different sequences differ by at least this share of the larger one, in float32:
# five times what rounding can do to the two of them.
GAP = 3e-6
CERTAIN = -1
# An int beyond it is no score: not every int can be compared with floats.
MAX_SCORE = 1 << 100
# So many sequences of a result are listed.
MAX_LISTED = 60


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


def plain(found: Any) -> Any:
    """Tensors and arrays as Python numbers, tuples as lists: which of them it was is one check's business."""
    if isinstance(found, list | tuple):
        return [plain(part) for part in found]
    return plain(found.tolist()) if hasattr(found, "tolist") else found


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

    def same(self, got: Any, other: Any, want: Want, inputs: Any) -> bool:
        if not (_form(got) or _form(other)):
            broken = [{str(score) for _tokens, score in found if not math.isfinite(score)} for found in (got, other)]
            if any(broken):  # what is taken after a NaN or among equal -inf is chance
                return broken[0] == broken[1]
        return super().same(got, other, want, inputs)


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


LAST = 9  # a rank behind all others


@exercise.call(judge=Hypotheses(), **problem(5, 0, 1, 1, 5))
def beam_search(student, log_p, bos, eos, beam_size, max_len, alpha):
    step = model(log_p, bos, eos, beam_size)
    return plain(student.beam_search(step, bos, eos, beam_size, max_len, alpha))


@beam_search.check(
    points=1,
    cases=[
        problem(5, 0, 1, 1, 5, [{1: 3}, {1: 2}, {1: 0}]),
        problem(4, 3, 0, 1, 4, [{3: 0, 0: LAST}, {0: LAST}]),
        problem(6, 2, 5, 1, 3, [{5: 0}]),
        problem(5, 1, 3, 1, 1, [{3: 2}]),
    ],
)
def follows_the_best_token():
    """with a beam of size 1, takes the most probable token until it is eos or max_len tokens are there"""


@beam_search.check(
    points=0.5,
    judge=Close(),
    needs=follows_the_best_token,
    cases=[problem(4, 2, 1, 1, 3, [{1: LAST}]), problem(6, 2, 5, 1, 3, [{5: 0}])],
)
def returns_python_numbers(student, log_p, bos, eos, beam_size, max_len, alpha):
    """returns a list of tuples, each a list of ints and a float: no tensors"""
    step = model(log_p, bos, eos, beam_size)
    return student.beam_search(step, bos, eos, beam_size, max_len, alpha)


@beam_search.check(
    points=2,
    cases=[
        problem(5, 0, 4, 2, 3, [{4: LAST}]),
        problem(5, 3, 1, 3, 4, [{1: LAST}]),
        problem(6, 5, 0, 4, 3, [{0: LAST}]),
        problem(4, 1, 2, 2, 4, [{1: 0, 2: LAST}, {2: LAST}]),
    ],
)
def keeps_the_best_of_all():
    """keeps the beam_size best over all prefixes together, where no eos comes up"""


@beam_search.check(
    points=2.5,
    cases=[
        problem(5, 0, 2, 2, 4, [{2: 1}]),
        problem(5, 4, 0, 3, 4, [{0: 2}, {0: 0}, {0: 1}, {0: 1}]),
        problem(5, 1, 4, 3, 4, [{4: LAST}, {4: LAST}, {4: CERTAIN}, {}]),
        problem(5, 3, 1, 3, 1, [{1: 1}]),
        problem(4, 2, 3, 2, 4, [{3: 1}, {3: 0}, {3: 1}]),
        problem(5, 2, 0, 2, 4, [{1: CERTAIN, 0: 1}, {0: LAST}]),
    ],
)
def lets_finished_ones_leave():
    """puts sequences that end in eos aside, goes on with the rest, and returns all that were finished"""


@beam_search.check(
    points=0.5,
    cases=[
        problem(5, 0, 3, 1, 5, [{3: LAST, 0: 3}, {3: LAST, 0: 3}, {3: 0}], alpha=0.75),
        problem(5, 2, 0, 1, 4, [{0: LAST, 2: 3}], alpha=1.0),
        problem(4, 1, 2, 1, 4, [{2: LAST, 1: 2}, {2: 0}], alpha=0.5),
    ],
)
def divides_by_length():
    """divides the log-probability by len(tokens) ** alpha"""


@beam_search.check(
    points=1,
    needs=divides_by_length,
    cases=[
        problem(5, 0, 3, 2, 4, [{3: LAST}, {3: 1}], alpha=0.75),
        problem(5, 2, 0, 3, 4, [{0: LAST}, {0: 1}, {0: 0}, {0: 1}], alpha=1.0),
        problem(4, 1, 2, 2, 4, [{2: LAST}, {2: 1}], alpha=0.5),
    ],
)
def sorts_by_the_score():
    """searches by plain log-probability, whatever alpha is, and sorts what it found by the divided one"""


@beam_search.check(points=0.5, needs=divides_by_length, cases=[problem(5, 4, 1, 1, 3, [{1: LAST, 4: 3}], alpha=0.75)])
def has_a_default_alpha(student, log_p, bos, eos, beam_size, max_len):
    """takes alpha = 0.75 where none is given"""
    step = model(log_p, bos, eos, beam_size)
    return plain(student.beam_search(step, bos, eos, beam_size, max_len))


@beam_search.check(
    points=0.5,
    judge=Hypotheses(ordered=False),
    cases=[problem(4, 2, 0, 6, 3, [{}, {0: 0}, {}]), problem(3, 0, 2, 20, 3), problem(4, 3, 1, 5, 1)],
)
def works_with_wide_beams():
    """works with a beam wider than the vocabulary, even wider than all continuations together"""


# In every row more tokens are possible than the beam is wide: what is impossible is never among the best.
@beam_search.check(
    points=0.5,
    judge=Hypotheses(ordered=False),
    cases=[
        problem(7, 0, 5, 3, 3, [{0: LAST, 5: LAST}], impossible=3),
        problem(5, 3, 0, 2, 4, [{0: LAST, 3: LAST}], impossible=2),
    ],
)
def copes_with_impossible_tokens():
    """works where some tokens have probability 0, that is log-probability -inf"""


@beam_search.check(points=0.5, cases=[problem(12, 7, 3, 1, 330, [{3: 11, 7: 10}], spacing=0.02, positions=7)])
def stays_finite_when_long():
    """works for sequences whose probability is too small for any float"""


keeps_the_precision = exercise.keeps_the_dtype(
    "keeps the full precision of float64 log-probabilities", points=0.5, name="keeps_the_precision"
)

exercise.hint(
    """Begin with beam_size = 1 on paper: one prefix, one row of log-probabilities, one new token at a time. What has to
    be remembered between two steps? Two things: the prefix with bos, and its log-probability so far."""
)
exercise.hint(
    """step(prefixes) gives log-probabilities of the next token only. Add the totals of the prefixes, one a row:
    totals[:, None] + step(prefixes) has shape (k, V) and holds the total of every continuation.""",
    helps=[follows_the_best_token, keeps_the_best_of_all],
)
exercise.hint(
    """Flatten the (k, V) totals and take one topk of all of them. In the flat vector, place p belongs to
    prefix p // V and token p % V.""",
    helps=[keeps_the_best_of_all, lets_finished_ones_leave],
)
exercise.hint(
    """Every step takes beam_size continuations, the ones with eos among them, whatever was finished before: a finished
    one neither competes again nor makes the beam smaller for good. A mask tokens == eos splits what was taken: one part
    goes to the finished list, the rest are the next prefixes. Leave the loop if the rest is empty.""",
    helps=lets_finished_ones_leave,
)
exercise.hint(
    """The search itself compares plain log-probabilities. alpha comes in only when a sequence is finished: divide by
    the number of its tokens to the power alpha, bos not counted, eos counted.""",
    helps=[divides_by_length, sorts_by_the_score, has_a_default_alpha],
)
exercise.hint(
    """topk fails when asked for more than there is: take min(beam_size, number of candidates), and that number is
    k * V, not V.""",
    helps=works_with_wide_beams,
)
exercise.hint(
    """Add log-probabilities, never multiply probabilities, and pick them by index. A product with a mask of zeros
    makes NaN out of -inf. torch.zeros(...) is float32: give it the dtype of what step returns.""",
    helps=[copes_with_impossible_tokens, keeps_the_precision, stays_finite_when_long],
)
exercise.hint(""".tolist() of a tensor gives Python numbers, .item() one of them.""", helps=returns_python_numbers)
