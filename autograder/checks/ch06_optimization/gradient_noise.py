"""Checks of gradient_noise.

What a single row's gradient is, is asked once, and so is the form of what comes back. Mean and variance are then judged
beside the row gradients that the function itself gives, so that a wrong formula is not paid again. Honest results scatter as the moments of those say:
for vectors a = gradient - full gradient, with second moments S,

    the variance of |mean of m a's|^2    is  (E|a|^4 - V^2 - 2 tr S^2) / m^3 + 2 tr S^2 / m^2
    the variance of the sample variance  follows from that of |a - b|^2 / 2 over pairs (Hoeffding's U-statistic)
"""

from math import sqrt

import torch
from torch import Tensor

from autograder.spec import (
    Close,
    Exercise,
    Statistic,
    Unfit,
    describe,
    error_of,
    filled,
    has_graph,
    named,
    normal,
    rows,
    seeded,
    whole,
)

exercise = Exercise(entry="gradient_variance", gradients=False, sizes={"n": (4, 6), "d": (2, 4)})
SEED = whole(0, 10**6)
MEAN = "mean, less the full gradient, in standard deviations"
SCATTER = "|mean - full gradient|^2 over V / (batch_size * num_batches)"
VARIANCE = "variance over V / batch_size"
DATA = {"X": normal("n", "d", away=0.25), "y": normal("n", std=5.0, away=1.0), "w": normal("d", away=0.25)}


def measured(student, X, y, w, batch_size, num_batches, generator):
    """Mean and variance, told apart by their shapes and as tensors: in which form they come is asked once."""
    given = X.clone(), y.clone(), w.clone()
    found = named(student.gradient_variance(*given, batch_size, num_batches, generator), "mean", "variance")
    parts = [torch.as_tensor(part, dtype=X.dtype) if isinstance(part, float) else part for part in found.values()]
    for name, part in zip(found, parts, strict=True):
        if not isinstance(part, Tensor):
            raise Unfit("expected a tensor in {name}, got {got}", name=name, got=describe(part))
    if [part.dim() for part in parts] == [0, 1]:
        parts.reverse()
    return dict(zip(found, parts, strict=True))


@exercise.call(
    **{**DATA, "X": filled(0.0, "n", "d")},
    batch_size=2,
    num_batches=3,
    seed=SEED,
    results={"mean": ("d",), "variance": ()},
)
def form(student, X, y, w, batch_size, num_batches, seed):
    found = student.gradient_variance(X, y, w, batch_size, num_batches, seeded(seed, X.device))
    return tuple(found) if isinstance(found, list) else found


@exercise.call(**DATA, batch_size=1, num_batches=2, seed=SEED)
def of_one_row(student, X, y, w, batch_size, num_batches, seed):
    """Where all rows are alike there is no noise."""
    same = X[:1].expand(3, -1).clone(), y[:1].expand(3).clone()
    return measured(student, *same, w, batch_size, num_batches, seeded(seed, X.device))["mean"]


@of_one_row.check(points=1.5, cases=rows("num_batches", 2, 6) + rows("d", 1, 2))
def averages_row_gradients():
    """where all rows are alike, the mean is the gradient x (<x, w> - y) of one of them"""


@of_one_row.check(points=0.5, cases=rows("batch_size", 4, 9))
def takes_batches_of_any_size():
    """that is so for any batch_size, which may be more than there are rows"""


def of_draws(got):
    return {
        "the same state gives the same mean": torch.equal(got["first"], got["again"]),
        "further calls give other means": not bool((got["further"] == got["first"]).all()),
        "torch's global generator is in another state": not torch.equal(got["before"], got["after"]),
    }


@exercise.call(**DATA, batch_size=3, num_batches=4, seed=SEED)
def draws(student, X, y, w, batch_size, num_batches, seed):
    generator, before = seeded(seed, X.device), torch.get_rng_state()
    first, *further, again = (
        measured(student, X, y, w, batch_size, num_batches, g)["mean"].detach()
        for g in (*[generator] * 5, seeded(seed, X.device))
    )
    further = torch.stack(further)
    return {"first": first, "further": further, "again": again, "before": before, "after": torch.get_rng_state()}


@draws.check(points=0.5, judge=Close(of=of_draws))
def draws_from_the_generator():
    """all random numbers come from the generator: the same state gives the same result, and a second call another one"""


@form.check(points=1, needs=draws_from_the_generator, also=rows("n d", (1, 2), (4, 1)))
def returns_mean_and_variance():
    """the result is (mean, variance): tensors of shape (d,) and (), both 0 where X is"""


def of_one_in_two(got, num_batches):
    """With a share p of rows that have the gradient g, and all others 0, the mean is p g, and the variance follows."""
    k, g = num_batches, got["of row"].double()
    p = got["mean"].double() @ g / g.square().sum()
    right = p * (1 - p) * k / (k - 1)
    return {
        "rows that were drawn, less the nearest whole number": p * k - (p * k).round(),
        "variance, less sum of |g_k - mean|^2 / (num_batches - 1)": got["variance"].double() / g.square().sum() - right,
    }


@exercise.call(**DATA, batch_size=1, num_batches=5, seed=SEED)
def one_in_two(student, X, y, w, batch_size, num_batches, seed):
    """Two rows, of which one is 0: what the mean is says which rows were drawn."""
    data, generator = (X[:2] * X.new_tensor([[1.0], [0.0]]), y[:2]), seeded(seed, X.device)
    found = [measured(student, *data, w, batch_size, num_batches, generator) for _call in range(4)]
    return {
        "of row": measured(student, X[:1], y[:1], w, 1, 2, seeded(seed, X.device))["mean"].detach(),
        "mean": torch.stack([one["mean"].detach() for one in found]),
        "variance": torch.stack([one["variance"].detach().sum() for one in found]),
    }


@one_in_two.check(
    points=1, needs=draws_from_the_generator, judge=Close(of=of_one_in_two, scale=1), cases=rows("num_batches", 2, 5)
)
def variance_is_around_this_mean():
    """the variance is that of the minibatches whose mean is returned, around this mean, over num_batches - 1"""


@exercise.call(**DATA, batch_size=1, num_batches=2, calls=600, seed=SEED)
def many(student, X, y, w, batch_size, num_batches, calls, seed):
    """The gradients of all rows, each measured alone, and what many calls make of minibatches."""
    generator = seeded(seed, X.device)
    alone = [
        measured(student, X[i : i + 1], y[i : i + 1], w, 1, 2, seeded(seed, X.device))["mean"] for i in range(len(X))
    ]
    found = [measured(student, X, y, w, batch_size, num_batches, generator) for _call in range(calls)]
    return {
        "of rows": torch.stack(alone),
        "mean": torch.stack([one["mean"].detach() for one in found]),
        "variance": torch.stack([one["variance"].detach().sum() for one in found]),
    }


class Moments:
    """Of row gradients: their mean, the deviations from it, V, the trace of S^2, and what a fourth moment has beyond."""

    def __init__(self, of_rows):
        self.full = of_rows.double().mean(0)
        self.off = of_rows.double() - self.full
        squares = self.off.square().sum(1)
        self.V = float(squares.mean())
        self.trace = float((self.off.T @ self.off / len(squares)).square().sum())
        self.fourth = float(squares.square().mean()) - self.V**2 - 2 * self.trace

    def of_square(self, m):
        """The variance of |mean of m deviations|^2."""
        return self.fourth / m**3 + 2 * self.trace / m**2

    def of_variance(self, m, k):
        """The variance of the sample variance of k means of m."""
        first, pairs = self.of_square(m) / 4, self.of_square(m) / 2 + self.trace / m**2
        return (4 * (k - 2) * first + 2 * pairs) / (k * (k - 1))


def of_means(got, batch_size, calls):
    rows = Moments(got["of rows"])
    deviation = (rows.off.square().mean(0) / (batch_size * calls)).sqrt()  # as if all minibatches were one
    return {MEAN: (got["mean"].double().mean(0) - rows.full) / deviation}


def of_scatter(got, batch_size, num_batches):
    rows = Moments(got["of rows"])
    squares = (got["mean"].double() - rows.full).square().sum(1)
    return {SCATTER: float(squares.mean() * batch_size * num_batches / rows.V)}


def of_variances(got, batch_size, num_batches):
    V = Moments(got["of rows"]).V
    return {VARIANCE: float(got["variance"].double().mean() * batch_size / V)}


def ratio(variance, expected, calls):
    """Mean 1, and how much a ratio of means over the calls scatters: a little more, since its tail is longer."""
    return 1.0, 1.15 * sqrt(variance / calls) / expected


def honest_scatter(want, batch_size, num_batches, calls):
    rows, m = Moments(want["of rows"]), batch_size * num_batches
    return ratio(rows.of_square(m), rows.V / m, calls)


def honest_variances(want, batch_size, num_batches, calls):
    rows = Moments(want["of rows"])
    return ratio(rows.of_variance(batch_size, num_batches), rows.V / batch_size, calls)


SIZES = rows("n d batch_size num_batches", (2, 3, 1, 3), (5, 2, 1, 3), (5, 3, 4, 2), (6, 4, 2, 5), (2, 3, 5, 3))


@many.check(points=1.25, judge=Statistic(of=of_means, **{MEAN: lambda: (0.0, 1.0)}), cases=SIZES)
def mean_is_right_on_average():
    """over many calls the mean is the full gradient"""


@many.check(points=0.5, judge=Statistic(of=of_scatter, **{SCATTER: honest_scatter}), cases=SIZES)
def mean_scatters_as_it_should():
    """over many calls the mean scatters as batch_size * num_batches rows do that are drawn independently"""


@many.check(points=1.5, judge=Statistic(of=of_variances, **{VARIANCE: honest_variances}), cases=SIZES)
def variance_falls_with_the_batch_size():
    """over many calls the variance is V / batch_size, where V is that of a single row's gradient"""


@draws.check(points=0.5, needs=draws_from_the_generator)
def returns_detached_tensors(student, X, y, w, batch_size, num_batches, seed):
    """mean and variance are detached, even if w requires grad, and w.grad stays None"""
    w = w.clone().requires_grad_()
    found = measured(student, X, y, w, batch_size, num_batches, seeded(seed, X.device))
    return {f"{name} requires grad": has_graph(part) for name, part in found.items()} | {"w.grad": w.grad}


@exercise.call(**DATA, batch_size=2, num_batches=3, seed=SEED)
def refused(student, X, y, w, batch_size, num_batches, seed):
    arguments = X, y, w, batch_size, num_batches, seeded(seed, X.device)
    return {"raised": error_of(ValueError, student.gradient_variance, *arguments)}


@refused.check(
    points=0.75,
    needs=draws_from_the_generator,
    cases=rows("batch_size num_batches", (0, 3), (-1, 3), (2, 1), (2, 0), (2, -5), (0, 0), (1, 2)),
)
def refuses_what_has_no_variance():
    """ValueError is raised for batch_size < 1 and for num_batches < 2, and only for these"""


asked = {"about": [averages_row_gradients, returns_mean_and_variance]}
exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5, **asked)
exercise.takes_views("takes tensors that are views of others", points=0.25, **asked)
exercise.leaves_its_inputs_alone(
    "leaves X, y and w unchanged", points=0.25, about=[refuses_what_has_no_variance, returns_mean_and_variance]
)

exercise.hint(
    """Rows that are drawn with replacement are whole numbers from 0 to n - 1: `torch.randint(n, shape,
    generator=generator)`. One shape for all minibatches saves a loop."""
)
exercise.hint(
    """The error of a row, <x, w> - y, is one number. The gradient of the row is that number times x. For many rows the
    errors need a last axis of size 1 before they are multiplied with X.""",
    helps=averages_row_gradients,
)
exercise.hint(
    """First the mean over the rows of each minibatch, which gives num_batches gradients, and only then mean and variance
    of these. The variance of all rows in one heap is V, whatever the batch size.""",
    helps=many,
)
exercise.hint(
    """Deviations from a mean of the same gradients are a little too small, since that mean lies in the middle of them.
    Dividing by num_batches - 1 makes up for it, which shows most with two minibatches.""",
    helps=variance_falls_with_the_batch_size,
)

exercise.equivalent(
    "precision lost: torch.randint(len(X), (num_batches, batch_size), generator=g... "
    "-> torch.randint(len(X), (num_batches, batch_size), generator=g... (1 of 2)",
    "No random number is asked for exactly.",
)
