"""Checks of initialization.

How numbers are drawn is up to the learner: what many elements have in common is judged. The false alarms of all
statistics together stay below 1e-6.
"""

from math import inf, nan, prod, sqrt

import torch

from autograder.spec import Close, Exercise, Mistake, Statistic, error_of, filled, normal, rows, whole

exercise = Exercise(
    entry=("xavier_uniform_", "xavier_normal_", "kaiming_normal_"),
    forbid="init",
    gradients=False,
    sizes={"rows": (4, 7), "columns": (4, 7)},
)
FILLS = exercise.entries
# The fourth and the eighth moment of draws of variance 1, how far they reach, and the share beyond 3.
SHAPES = {
    "xavier_uniform_": (1.8, 9.0, sqrt(3), 0.0),
    "xavier_normal_": (3.0, 105.0, 99.0, 0.0027),
    "kaiming_normal_": (3.0, 105.0, 99.0, 0.0027),
}


def drawn_into(fill, W):
    """What a function draws, in W or in a new tensor: where it stands is another check's matter."""
    made = fill(W)
    return made.detach() if isinstance(made, torch.Tensor) and made.shape == W.shape else W.detach()


def moments(got, variance):
    each = got.double().flatten() / sqrt(variance)
    return {
        "mean_over_the_deviation": each.mean(),
        "variance_over_what_is_asked_for": each.square().mean(),
        "fourth_moment_over_the_squared_variance": each.pow(4).mean(),
    }


def together(got, variance, f):
    """Moments, and what the elements of a row, or of a column, have to do with each other."""
    Z = got.double().flatten(1) / sqrt(variance)
    return {
        "nearly_all_elements_differ": len(Z.unique()) > 0.9 * Z.numel(),
        **moments(got, variance),
        "share_beyond_three_deviations": (Z.abs() > 3.0001).double().mean(),
        "variance_of_sums_over_the_inputs": (Z.sum(1) / sqrt(Z.shape[1])).square().mean(),
        "variance_of_sums_over_the_outputs": (Z.sum(0) / sqrt(Z.shape[0])).square().mean(),
        "elements_out_of_range": int((Z.abs() > SHAPES[f][2] * (1 + 1e-5)).sum()),
    }


SUMS = {  # sums of squares have a longer tail than the normal: wider by a fifth
    "share_beyond_three_deviations": lambda shape, f: (SHAPES[f][3], sqrt(SHAPES[f][3] / prod(shape))),
    "variance_of_sums_over_the_inputs": lambda shape: (1.0, 1.2 * sqrt(2 / shape[0])),
    "variance_of_sums_over_the_outputs": lambda shape: (1.0, 1.2 * sqrt(2 / prod(shape[1:]))),
}
MOMENTS = {
    "mean_over_the_deviation": lambda shape: (0.0, 1 / sqrt(prod(shape))),
    "variance_over_what_is_asked_for": lambda shape, f: (1.0, sqrt((SHAPES[f][0] - 1) / prod(shape))),
    "fourth_moment_over_the_squared_variance": lambda shape, f: (
        SHAPES[f][0],
        1.2 * sqrt((SHAPES[f][1] - SHAPES[f][0] ** 2) / prod(shape)),
    ),
}


@exercise.call(judge=Statistic(of=together, **MOMENTS, **SUMS), f="", shape=(), variance=1.0)
def draws(student, f, shape):
    return drawn_into(getattr(student, f), torch.full(shape, 5.0))


@draws.check(
    points=1.25, f="xavier_uniform_", cases=rows("shape variance", ((100, 300), 2 / 400), ((400, 80), 2 / 480))
)
def draws_uniform_weights():
    """xavier_uniform_ draws each element of a matrix from U(-a, a), a = sqrt(6 / (fan_in + fan_out))"""


@draws.check(points=1.25, f="xavier_normal_", cases=rows("shape variance", ((100, 300), 2 / 400), ((400, 80), 2 / 480)))
def draws_normal_weights():
    """xavier_normal_ draws each element of a matrix from a normal distribution of variance 2 / (fan_in + fan_out)"""


@draws.check(points=1.25, f="kaiming_normal_", cases=rows("shape variance", ((100, 300), 2 / 300), ((400, 80), 2 / 80)))
def draws_for_relu():
    """kaiming_normal_ draws each element of a matrix from a normal distribution of variance 2 / fan_in"""


KERNELS = (
    ("xavier_uniform_", (40, 90, 3, 5), 2 / (130 * 15)),
    ("xavier_uniform_", (90, 40, 4, 2, 3), 2 / (130 * 24)),
    ("xavier_normal_", (50, 120, 7), 2 / (170 * 7)),
    ("kaiming_normal_", (50, 120, 2, 4), 2 / (120 * 8)),
    ("kaiming_normal_", (120, 50, 7), 2 / (50 * 7)),
)


@draws.check(points=1.25, cases=rows("f shape variance", *KERNELS))
def counts_kernels():
    """all three count the places of the kernel in both fans where W has more than two dimensions"""


def of_calls(got):
    first, second, again = got
    return {
        "elements that the next call draws again": int((first == second).sum()),
        "the same state of torch's global generator gives the same": torch.equal(first, again),
    }


@exercise.check(points=0.75, judge=Close(of=of_calls), cases=rows("f", *FILLS), seed=whole(0, 10**6), f="")
def draws_anew_at_each_call(student, f, seed):
    """all three draw anew at each call, from torch's global generator"""
    drawn = []
    for again in (True, False, True):
        if again:
            torch.manual_seed(seed)
        drawn.append(drawn_into(getattr(student, f), torch.full((6, 5), 5.0)))
    return drawn


def of_small_ones(got):
    """How much means and mean squares vary from one W to the next, beside independent elements of this distribution."""
    Z = got.double().flatten(1)
    Z = (Z - Z.mean()) / Z.std()
    each = Z.shape[1]
    return {
        "variance_of_means": Z.mean(1).var() * each,
        "variance_of_mean_squares": Z.square().mean(1).var() * each / (Z.pow(4).mean() - 1),
    }


@exercise.check(
    points=0.5,
    # A variance that comes from n numbers is off by a share of sqrt(2 / n), and more where tails are long.
    judge=Statistic(
        of=of_small_ones,
        variance_of_means=lambda times: (1.0, 1.2 * sqrt(2 / times)),
        variance_of_mean_squares=lambda times: (1.0, 1.4 * sqrt(2 / times)),
    ),
    cases=rows("f", *FILLS),
    times=600,
    f="",
)
def leaves_the_rest_to_chance(student, f, times):
    """all three leave it to chance how far the mean and the variance of a small W are from what is asked for"""
    return torch.stack([drawn_into(getattr(student, f), torch.full((4, 5), 5.0)) for _ in range(times)])


def in_short(got):
    """The rest of what is said, where W holds random numbers by now."""
    are_random(got["W"])
    return {name: said for name, said in got.items() if name != "W"}


def are_random(W):
    if not W.isfinite().all() or len(W.unique()) == 1:
        what = "equal" if W.isfinite().all() else "nan or inf"
        raise Mistake(f"the memory of W should hold random numbers afterwards, but they are {what}", code=what)


DIMS = ("rows", "columns"), ("rows", 1, "columns"), ("rows", 2, 1, 3, 2), ("rows", "columns")
SMALL = rows("W", *(filled(content, *dims) for content, dims in zip((5.0, nan, inf, 0.0), DIMS, strict=True)))


@exercise.check(points=1, judge=Close(of=in_short), cases=rows("f", *FILLS) * SMALL, W=None, f="")
def fills_in_place(student, f, W):
    """all three fill W in place, whatever is in it, and return W itself"""
    W = W.clone()
    memory = W.detach()
    made = getattr(student, f)(W)
    drawn = memory.clone()
    memory.fill_(9)
    return {"W": drawn, "what was returned, after W was filled with 9": made, "it is W itself": made is W}


@exercise.check(
    points=1,
    judge=Close(of=in_short),
    cases=rows("f", *FILLS) * rows("asks", True, False),
    W=filled(5.0, "rows", "columns"),
    grad=normal("rows", "columns"),
    f="",
    asks=True,
)
def leaves_a_leaf(student, f, W, grad, asks):
    """all three fill leaves that require grad: these stay so, .grad is untouched, and nothing is recorded"""
    W = W.clone().requires_grad_(asks)
    W.grad = grad.clone()
    memory = W.detach()
    drawn = drawn_into(getattr(student, f), W)
    drawn = memory if bool((drawn == 5).all()) else drawn
    return {"W": drawn, "W is a leaf": W.is_leaf, "W requires grad": W.requires_grad, "W.grad": W.grad}


VIEWS = {
    "the transpose of a matrix": lambda base: base.T,
    "every other column of a matrix": lambda base: base[:, ::2],
    "some rows of a matrix": lambda base: base[1:3],
}


def around(got, base, view):
    """Which elements of a matrix were changed where a view of it was filled."""
    are_random(VIEWS[view](got))
    inside = torch.zeros_like(base, dtype=torch.bool)
    VIEWS[view](inside).fill_(True)
    changed = got != base
    return {
        "elements of W that were not filled": int((inside & ~changed).sum()),
        "elements around W that were changed": int((changed & ~inside).sum()),
    }


@exercise.check(
    points=0.75,
    judge=Close(of=around),
    cases=rows("f", *FILLS) * rows("view", *VIEWS),
    base=normal("rows", "columns"),
    f="",
    view="",
)
def fills_views(student, f, base, view):
    """all three fill exactly the elements of W where it is a view of another tensor, such as its transpose or a slice"""
    base = base.clone()
    getattr(student, f)(VIEWS[view](base))
    return base


@exercise.check(
    points=0.5,
    cases=rows("f", *FILLS) * rows("shape", (), (1,), (6,), (1, 1), (2, 3), (3, 1, 2), (2, 3, 1, 2, 2)),
    f="",
    shape=(),
)
def refuses_vectors(student, f, shape):
    """all three raise ValueError for fewer than two dimensions, and only then"""
    return error_of(ValueError, getattr(student, f), torch.zeros(shape))


@exercise.check(
    points=0.5,
    judge=Statistic(of=moments, **MOMENTS),
    cases=rows("f variance", *zip(FILLS, (2 / 90, 2 / 90, 2 / 50), strict=True)),
    dtypes=("float64", "float16", "bfloat16"),
    shape=(40, 50),
    W=filled(5.0, 40, 50),
    f="",
    variance=1.0,
)
def takes_any_dtype(student, f, W):
    """all three fill W in float64, float16 and bfloat16 too, and W keeps its dtype"""
    return drawn_into(getattr(student, f), W.clone())


exercise.hint(
    """Take W of shape (3, 5), as nn.Linear(5, 3) has it: 5 inputs, 3 outputs. Where do these numbers stand in W.shape? Now
    a convolution, (3, 5, 2, 2): one output element is the sum of 5 * 2 * 2 products."""
)
exercise.hint(
    """math.prod(W.shape[2:]) is the number of places of the kernel, and 1 where there is none, because an empty product
    is 1. Both fans are multiplied by it: each input element goes into so many output elements, too.""",
    helps=[counts_kernels, refuses_vectors],
)
exercise.hint(
    """2 / (fan_in + fan_out) and 2 / fan_in are variances. normal_ takes the standard deviation, the root. The variance of
    U(-a, a) is a^2 / 3, hence the 6 in the formula of a.""",
    helps=[draws_uniform_weights, draws_normal_weights, draws_for_relu],
)
exercise.hint(
    """`with torch.no_grad():` lets a leaf that requires grad be changed in place, because nothing is recorded there.
    W = torch.randn(...) only gives the name W to a new tensor, and W.reshape(-1) may be a copy.""",
    helps=[fills_in_place, leaves_a_leaf, fills_views, takes_any_dtype],
)
exercise.hint(
    """W.uniform_(-a, a) and W.normal_(0, std) write where W is, in its dtype and with its strides, draw from torch's global
    generator and return W. So a line under torch.no_grad() is all there is to do.""",
    helps=[fills_in_place, fills_views, draws_anew_at_each_call],
)
