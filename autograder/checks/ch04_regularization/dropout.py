"""Checks of dropout.

Nothing depends on how random numbers are drawn. Elements are looked at one by one (what is kept is X / (1 - p)), or
over many calls. For an honest solution every count below is binomial, every correlation a mean of uncorrelated
products; with ``SIGMAS`` deviations the false alarms of all statistics together stay below 1e-6. Some deviations are
wider than an honest solution needs, so that what a check is not about (masks shared by a row) never fails it by chance.
"""

from math import prod, sqrt

import torch

from autograder.messages import N_, _
from autograder.spec import Close, Exercise, Mistake, Statistic, Unfit, cotangent, drawn, fitting, gradients

IMAGES = ("examples", "channels", "height", "width")

exercise = Exercise(
    entry="dropout",
    forbid="dropout",
    sizes={"rows": (4, 8), "columns": (4, 8)} | dict.fromkeys(IMAGES, (2, 5)),
)


def nonzero(*dims):
    """Values of both signs, none of them near 0: a 0 in the result is an element that was dropped."""

    def draw(d):
        values = torch.randn(d.shape(dims), generator=d.generator, dtype=torch.float64)
        return torch.round(values + values.sign() * 0.25, decimals=2).to(d.dtype)

    return drawn(draw, *dims)


X = nonzero("rows", "columns")


def many(student, X, p, calls):
    """The results of so many calls, stacked."""
    copies = X.expand(calls, *X.shape).clone()
    return torch.stack([fitting(student.dropout(X, p), X) for X in copies])


def factors_of_kept(got, X):
    """Between which numbers Y / X lies for the elements that were kept."""
    factors = got / X
    return {
        "the smallest Y / X of kept elements": torch.where(factors != 0, factors, torch.inf).amin(),
        "the largest Y / X of kept elements": torch.where(factors != 0, factors, -torch.inf).amax(),
    }


def deviations(zeros):
    """How far each element is from the share of zeros, in standard deviations. Raises ``Mistake`` if all are alike."""
    share = zeros.double().mean()
    if not 0 < share < 1:
        text = _("{share} of the elements are 0: some should be, others not")
        raise Mistake(text.format(share=f"{share:.0%}"))
    return (zeros.double() - share) / (share * (1 - share)).sqrt()


def correlation_of_calls(got):
    off = deviations(got)
    return {"correlation_with_the_call_before": (off[1:] * off[:-1]).mean().item()}


def shares(got):
    return {"share_of_zeros": got.double().mean().item(), "share_of_zeros_in_each_place": got.double().mean(0)}


def correlations_within(got):
    off = deviations(got)
    return {
        "correlation_within_a_row": correlation_of_pairs(off),
        "correlation_within_a_column": correlation_of_pairs(off.transpose(-1, -2)),
        "correlation_within_a_call": correlation_of_pairs(off.flatten(1)),
    }


@exercise.check(
    points=2,
    judge=Close(of=factors_of_kept),
    cases=[{"p": 0.3}, {"p": 0.6}, {"p": 0.965, "X": nonzero(30, 20)}],
    X=X,
    p=0.3,
    calls=24,
)
def scales_what_it_keeps(student, X, p, calls):
    """keeps elements as X / (1 - p)"""
    copies = X.expand(calls, *X.shape).clone()
    return torch.stack([fitting(student.dropout(X, p), X) for X in [X, *copies]])


@exercise.check(
    points=1,
    judge=Statistic(of=correlation_of_calls, correlation_with_the_call_before=lambda calls: (0.0, 1 / sqrt(calls - 1))),
    seconds=10,
    X=X,
    p=0.5,
    calls=200,
)
def draws_anew_at_each_call(student, X, p, calls):
    """draws anew at each call: what was dropped in one call says nothing about the next"""
    return many(student, X, p, calls) == 0


@exercise.check(
    points=2,
    judge=Statistic(
        of=shares,
        share_of_zeros=lambda p, calls: (p, sqrt(p * (1 - p) / (25 * calls))),
        share_of_zeros_in_each_place=lambda p, calls: (p, sqrt(p * (1 - p) / calls)),
    ),
    cases=[{"p": 0.25}, {"p": 0.7}],
    needs=draws_anew_at_each_call,
    seconds=10,
    X=nonzero(25, 4),
    p=0.25,
    calls=200,
)
def drops_with_probability_p(student, X, p, calls):
    """drops each element with probability p"""
    return many(student, X, p, calls) == 0


def correlation_of_pairs(off):
    """The mean product of two different elements of the last axis."""
    size = off.shape[-1]
    return ((off.sum(-1) ** 2 - (off**2).sum(-1)) / (size * (size - 1))).mean().item()


def of_pairs(groups, size):
    """Mean and deviation of that correlation for an honest solution, over so many groups of this size.

    Squares of sums have a longer tail than the normal: wider by a tenth.
    """
    return 0.0, 1.1 / sqrt(groups * size * (size - 1) / 2)


@exercise.check(
    points=2,
    judge=Statistic(
        of=correlations_within,
        correlation_within_a_row=lambda X, calls: of_pairs(calls * X.numel() // X.shape[-1], X.shape[-1]),
        correlation_within_a_column=lambda X, calls: of_pairs(calls * X.numel() // X.shape[-2], X.shape[-2]),
        correlation_within_a_call=lambda X, calls: of_pairs(calls, prod(X.shape)),
    ),
    cases=[{}, {"X": nonzero(*IMAGES)}],
    needs=draws_anew_at_each_call,
    seconds=10,
    X=X,
    p=0.4,
    calls=150,
)
def decides_for_each_element_alone(student, X, p, calls):
    """decides for each element alone: what becomes of its neighbours says nothing about it"""
    return many(student, X, p, calls) == 0


@exercise.check(
    points=0.5,
    judge=Close(of=factors_of_kept),
    cases=[{}, {"X": nonzero("examples", 3, "features")}, {"X": nonzero(*IMAGES)}],
    X=nonzero(9),
    p=0.3,
    calls=20,
)
def takes_any_shape(student, X, p, calls):
    """takes tensors with any number of axes"""
    return many(student, X, p, calls)


@exercise.check(
    points=1,
    axes=("rows", "columns"),
    cases=[{}, {"p": 0.8}, {"p": 1.0}],
    needs=draws_anew_at_each_call,
    X=X,
    p=0.3,
)
def rests_out_of_training(student, X, p):
    """returns X, neither dropped nor scaled, if training is False"""
    return student.dropout(X, p, False)


@exercise.check(
    points=1,
    judge=Close(zeros=True),
    cases=[{"p": 0}, {"p": 1}, {"p": 0.0}, {"p": 1.0}],
    needs=draws_anew_at_each_call,
    X=X,
    p=0,
)
def works_at_both_ends(student, X, p):
    """drops nothing at p = 0 and everything at p = 1, where value and gradient are 0, never NaN"""
    results = {"the result": student.dropout(X, p)}
    if p == 1:
        found = gradients(student.dropout, X=X, p=p)["gradient of X"]
        # Zeros that hang on nothing are as good as a gradient of 0.
        results["gradient of X"] = torch.zeros_like(X) if found is None else found
    return results


@exercise.check(points=0.5, judge=Close(of=factors_of_kept), dtypes=["float64"], X=X, p=0.3, calls=24)
def keeps_the_dtype(student, X, p, calls):
    """works in float64 too, to its full precision"""
    return many(student, X, p, calls)


def gradients_of_kept(got):
    """What of the gradient arrived where elements were dropped and where they were kept."""
    kept, gradient = got["the result"] != 0, got["the gradient"] / cotangent(got["the result"])
    return {
        "the largest gradient where dropped": torch.where(kept, 0, gradient.abs()).amax(),
        "the smallest gradient where kept": torch.where(kept, gradient, torch.inf).amin(),
        "the largest gradient where kept": torch.where(kept, gradient, -torch.inf).amax(),
    }


@exercise.check(
    points=1,
    judge=Close(of=gradients_of_kept),
    cases=[{"p": 0.3}, {"p": 0.6}, {"p": 0.6, "in_training": False}],
    X=X,
    p=0.3,
    in_training=True,
    calls=24,
)
def lets_the_gradient_follow(student, X, p, in_training, calls):
    """lets the gradient through as it does the element: 0 where that was dropped, 1 / (1 - p) where it was kept"""
    copies = X.expand(calls, *X.shape).clone().requires_grad_()
    Y = torch.stack([fitting(student.dropout(X, p, in_training), X) for X in copies])
    found = torch.autograd.grad(Y, copies, cotangent(Y), allow_unused=True)[0] if Y.requires_grad else None
    if found is None:
        text = N_("no gradient arrives at {leaf}: it was cut off on the way (.item(), .detach(), numpy?)")
        raise Unfit(text, leaf="X")
    return {"the result": Y, "the gradient": found}


exercise.hint(
    """Two steps: decide for each element whether it stays, then put 0 in the place of the others. torch.rand(X.shape)
    gives a number between 0 and 1 for every element: how often is such a number at least 0.3?"""
)
exercise.hint(
    """Say in words what p is: the probability that an element is dropped. So p = 0.1 drops few elements, and
    the kept ones are many: 1 - p of them.""",
    drops_with_probability_p,
    rests_out_of_training,
)
exercise.hint(
    """If a share 1 - p of the elements stays, their sum shrinks to 1 - p of what it was. Which factor brings it back?
    Try p = 0.5: half of the elements, each twice as large.""",
    scales_what_it_keeps,
    takes_any_shape,
    keeps_the_dtype,
    lets_the_gradient_follow,
)
exercise.hint(
    """One random number for each element, drawn inside of the function at each call: torch.rand(X.shape), or
    torch.rand_like(X). No seed belongs in there: torch.manual_seed would make every call draw the same.""",
    draws_anew_at_each_call,
    decides_for_each_element_alone,
)
exercise.hint(
    """At p = 1 the factor 1 / (1 - p) is infinite, and 0 times infinity is NaN. Return zeros before you divide.""",
    works_at_both_ends,
)
exercise.hint(
    """Out of training: return X. At p = 1: return torch.zeros_like(X). Else kept = torch.rand(X.shape) >= p, and
    X * kept / (1 - p). Multiplying by the mask makes the gradient follow it by itself.""",
)
