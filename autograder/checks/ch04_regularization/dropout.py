"""Checks of dropout.

Nothing depends on how random numbers are drawn. Elements are looked at one by one (what is kept is X / (1 - p)), or
over many calls. For an honest solution every count below is binomial, every correlation a mean of uncorrelated
products; with ``SIGMAS`` deviations the false alarms of all statistics together stay below 1e-6. Some deviations are
wider than an honest solution needs, so that what a check is not about (masks shared by a row) never fails it by chance.
"""

from math import prod, sqrt

import torch

from autograder.messages import N_, _
from autograder.spec import LEFT_OUT, Close, Exercise, Mistake, Statistic, Unfit, cotangent, drawn, fitting, rows

IMAGES = ("examples", "channels", "height", "width")

exercise = Exercise(
    entry="dropout", forbid="dropout", sizes={"rows": (4, 8), "columns": (4, 8)} | dict.fromkeys(IMAGES, (2, 5))
)


def nonzero(*dims):
    """Values of both signs, none of them near 0: a 0 in the result is an element that was dropped."""

    def draw(d):
        values = torch.randn(d.shape(dims), generator=d.generator, dtype=torch.float64)
        return torch.round(values + values.sign() * 0.25, decimals=2).to(d.dtype)

    return drawn(draw, *dims)


def factors_of_kept(got, X):
    """Between which numbers Y / X lies for the elements that were kept."""
    factors = got / X
    return {
        "the smallest Y / X of kept elements": torch.where(factors != 0, factors, torch.inf).amin(),
        "the largest Y / X of kept elements": torch.where(factors != 0, factors, -torch.inf).amax(),
    }


X = nonzero("rows", "columns")
dropout = exercise.call("dropout", inputs={"X": X, "p": 0.3, "training": LEFT_OUT}, axes=("rows", "columns"))


@exercise.call(judge=Close(of=factors_of_kept), X=X, p=0.3, calls=24)
def results(student, X, p, calls):
    copies = [X, *X.expand(calls - 1, *X.shape).clone()]
    return torch.stack([fitting(student.dropout(X, p), X) for X in copies])


@exercise.call(X=X, p=0.5, calls=200)
def zeros(student, X, p, calls):
    copies = [X, *X.expand(calls - 1, *X.shape).clone()]
    return torch.stack([fitting(student.dropout(X, p), X) == 0 for X in copies])


@results.check(points=2, cases=rows("p X", (0.3, X), (0.6, X), (0.965, nonzero(30, 20))))
def scales_what_it_keeps():
    """keeps elements as X / (1 - p)"""


def deviations(zeros):
    """How far each element is from the share of zeros, in standard deviations. Raises ``Mistake`` if all are alike."""
    share = zeros.double().mean()
    if not 0 < share < 1:
        text = _("{share} of the elements are 0: some should be, others not")
        raise Mistake(text.format(share=f"{share:.0%}"))
    return (zeros.double() - share) / (share * (1 - share)).sqrt()


def between_calls(got):
    """By how much calls resemble each other: each with the one before; with that many calls before, where that is most;
    and how many masks there are, since what goes through a stock of them comes back to each."""
    off = deviations(got).flatten(1)
    found = [(off[before:] * off[:-before]).mean().item() for before in range(1, len(off) // 2 + 1)]
    return {
        "correlation_with_the_call_before": found[0],
        "correlation_with_an_earlier_call": max(found, key=abs),
        "different_masks": len(torch.unique(got.flatten(1), dim=0)),
    }


@zeros.check(
    points=1,
    judge=Statistic(
        of=between_calls,
        correlation_with_the_call_before=lambda calls: (0.0, 1 / sqrt(calls - 1)),
        correlation_with_an_earlier_call=lambda calls: (0.0, 1 / sqrt(calls / 2)),
        different_masks=lambda calls: (calls, 1.0),  # masks shared by a row coincide now and then
    ),
    seconds=10,
    X=nonzero(16, 16),
)
def draws_anew_at_each_call():
    """draws anew at each call: what was dropped in one call says nothing about the next"""


def shares(got):
    return {"share_of_zeros": got.double().mean().item(), "share_of_zeros_in_each_place": got.double().mean(0)}


@zeros.check(
    points=1.5,
    judge=Statistic(
        of=shares,
        share_of_zeros=lambda p, calls: (p, sqrt(p * (1 - p) / (25 * calls))),
        share_of_zeros_in_each_place=lambda p, calls: (p, sqrt(p * (1 - p) / calls)),
    ),
    needs=draws_anew_at_each_call,
    seconds=10,
    cases=rows("p", 0.25, 0.7),
    X=nonzero(25, 4),
)
def drops_with_probability_p():
    """drops each element with probability p"""


def correlations_within(got):
    off = deviations(got)
    return {
        "correlation_within_a_row": correlation_of_pairs(off),
        "correlation_within_a_column": correlation_of_pairs(off.transpose(-1, -2)),
        "correlation_within_a_call": correlation_of_pairs(off.flatten(1)),
    }


def correlation_of_pairs(off):
    """The mean product of two different elements of the last axis."""
    size = off.shape[-1]
    return ((off.sum(-1) ** 2 - (off**2).sum(-1)) / (size * (size - 1))).mean().item()


def of_pairs(groups, size):
    """Mean and deviation of that correlation for an honest solution, over that many groups of this size.

    Squares of sums have a longer tail than the normal: wider by a tenth.
    """
    return 0.0, 1.1 / sqrt(groups * size * (size - 1) / 2)


@zeros.check(
    points=1.75,
    judge=Statistic(
        of=correlations_within,
        correlation_within_a_row=lambda X, calls: of_pairs(calls * X.numel() // X.shape[-1], X.shape[-1]),
        correlation_within_a_column=lambda X, calls: of_pairs(calls * X.numel() // X.shape[-2], X.shape[-2]),
        correlation_within_a_call=lambda X, calls: of_pairs(calls, prod(X.shape)),
    ),
    needs=draws_anew_at_each_call,
    seconds=10,
    cases=rows("X", X, nonzero(*IMAGES)),
    p=0.4,
    calls=150,
)
def decides_for_each_element_alone():
    """decides for each element alone: what becomes of its neighbours says nothing about it"""


@results.check(points=0.5, cases=rows("X", nonzero(9), nonzero("examples", 3, "features"), nonzero(*IMAGES)))
def takes_any_shape():
    """takes tensors with any number of axes"""


@dropout.check(
    points=1, needs=draws_anew_at_each_call, cases=rows("p training", (0.3, False), (0.8, False), (1.0, False))
)
def rests_out_of_training():
    """returns X, neither dropped nor scaled, if training is False"""


@dropout.check(
    points=0.5,
    judge=Close(zeros=True),
    needs=draws_anew_at_each_call,
    cases=rows("p training", (0, LEFT_OUT), (1, True), (0.0, True), (1.0, LEFT_OUT)),
)
def works_at_both_ends():
    """drops nothing at p = 0 and everything at p = 1"""


def gradients_of_kept(got):
    """What of the gradient arrived where elements were dropped and where they were kept."""
    kept, gradient = got["the result"] != 0, got["the gradient"] / cotangent(got["the result"])
    return {
        "the largest gradient where dropped": torch.where(kept, 0, gradient.abs()).amax(),
        "the smallest gradient where kept": torch.where(kept, gradient, torch.inf).amin(),
        "the largest gradient where kept": torch.where(kept, gradient, -torch.inf).amax(),
    }


@results.check(points=1, judge=Close(of=gradients_of_kept), cases=rows("p X", (0.3, X), (0.6, nonzero(*IMAGES))))
def lets_the_gradient_follow(student, X, p, calls):
    """lets the gradient through as it does the element: 0 where that was dropped, 1 / (1 - p) where it was kept"""
    copies = X.expand(calls, *X.shape).clone().requires_grad_()
    Y = torch.stack([fitting(student.dropout(X, p), X) for X in copies])
    found = torch.autograd.grad(Y, copies, cotangent(Y), allow_unused=True)[0] if Y.requires_grad else None
    if found is None:
        text = N_("no gradient arrives at {leaf}: it was cut off on the way (.item(), .detach(), numpy?)")
        raise Unfit(text, leaf="X")
    return {"the result": Y, "the gradient": found}


passes_gradients_at_both_ends = exercise.lets_gradients_through(
    "lets the gradient through at p = 0 and out of training; at p = 1 it is 0, never NaN",
    points=0.5,
    name="passes_gradients_at_both_ends",
    zeros=True,
    about=[rests_out_of_training, works_at_both_ends],
)
STATISTICS = [draws_anew_at_each_call, drops_with_probability_p, decides_for_each_element_alone]
keeps_the_dtype = exercise.keeps_the_dtype(
    "works in float64 too, to its full precision", points=0.5, except_for=STATISTICS
)
exercise.leaves_its_inputs_alone("leaves X unchanged", points=0.5)
exercise.takes_views(
    "works for tensors that are views of others, as X.T is",
    points=0.25,
    except_for=[*STATISTICS, lets_the_gradient_follow],
)

exercise.hint(
    """Two steps: decide for each element whether it stays, then put 0 in the place of the others. torch.rand(X.shape)
    gives a number between 0 and 1 for every element: how often is such a number at least 0.3?"""
)
exercise.hint(
    """Say in words what p is: the probability that an element is dropped. So p = 0.1 drops few elements, and
    the kept ones are many: 1 - p of them.""",
    helps=[drops_with_probability_p, rests_out_of_training],
)
exercise.hint(
    """If a share 1 - p of the elements stays, their sum shrinks to 1 - p of what it was. Which factor brings it back?
    Try p = 0.5: half of the elements, each twice as large.""",
    helps=[scales_what_it_keeps, takes_any_shape, keeps_the_dtype, lets_the_gradient_follow],
)
exercise.hint(
    """One random number for each element, drawn inside of the function at each call: torch.rand(X.shape), or
    torch.rand_like(X). No seed belongs in there: torch.manual_seed would make every call draw the same.""",
    helps=[draws_anew_at_each_call, decides_for_each_element_alone],
)
exercise.hint(
    """At p = 1 the factor 1 / (1 - p) is infinite, and 0 times infinity is NaN. Return zeros before you divide.""",
    helps=[works_at_both_ends, passes_gradients_at_both_ends],
)
exercise.hint(
    """Out of training: return X. At p = 1: return torch.zeros_like(X). Else kept = torch.rand(X.shape) >= p, and
    X * kept / (1 - p). Multiplying by the mask makes the gradient follow it by itself.""",
)
