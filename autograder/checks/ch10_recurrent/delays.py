"""Checks of delays. The windows are exact copies of values; a fit is judged in float64 where the series has no noise."""

import torch

from autograder.spec import Close, Exercise, Unfit, drawn, error_of, named, normal, right_parts, rows

exercise = Exercise(
    entry=("time_delay_features", "fit_ar", "narx_step"),
    sizes={"values": (9, 12), "order": (2, 5), "now": "earlier + 1", "earlier": (6, 9)},
)


@exercise.call(series=normal("values"), p=3, results={"features": ("windows", "order"), "targets": ("windows",)})
def time_delay_features(student, series, p):
    return named(student.time_delay_features(series, p), "features", "targets")


def noisy(d):
    """A series that follows a rule with noise, far from a mean of 0, so that the intercept counts."""
    n = d.size("values")
    series = torch.randn(n, generator=d.generator, dtype=torch.float64)
    for t in range(2, n):
        series[t] += 1.0 + 0.5 * series[t - 1] - 0.4 * series[t - 2]
    return series.round(decimals=2).to(d.dtype)


def exact(weights, intercept):
    """A series without noise, from random values on: each value follows from those before by about this rule."""

    def draw(d):
        n = len(weights)
        about, first = torch.rand(2, n, generator=d.generator, dtype=torch.float64)
        series = [*(2 * first + 1)]
        for _ in range(d.size("values") - n):
            series.append(torch.stack(series[-n:]) @ (torch.tensor(weights) + 0.2 * about) + intercept)
        return torch.stack(series).to(d.dtype)

    return drawn(draw, "values")


def windows(series, p):
    """Right windows, for a fit that is judged by itself."""
    if not 0 < p < len(series):
        raise ValueError("no window")
    return torch.stack([series[i : i + p] for i in range(len(series) - p)]), series[p:]


@exercise.call(series=drawn(noisy, "values"), p=2, results={"w": ("order",), "b": ()})
def fit_ar(student, series, p):
    with right_parts(student, "fit_ar", time_delay_features=windows):
        return named(student.fit_ar(series, p), "w", "b")


@exercise.call(x=normal("now"), y=normal("earlier"), p=2, q=3, out=normal(2, 1))
def narx_step(student, x, y, p, q, out):
    seen = []

    def f(z):
        if tuple(z.shape) != (p + 1 + q,):
            raise Unfit(
                "f takes z of shape {expected}, but was called with {got}", expected=[p + 1 + q], got=[*z.shape]
            )
        seen.append(z)
        return z.square().sum() * out

    found = student.narx_step(f, x, y, p, q)
    return {"z": seen[0] if seen else None, "calls of f": len(seen), "result": found}


@time_delay_features.check(points=1.5, cases=rows("values p", (9, 3), (10, 4), (12, 2)))
def cuts_out_the_windows():
    """time_delay_features returns all windows (T - p, p), the oldest value first, and the value that follows each"""


@time_delay_features.check(points=0.5, cases=rows("values p", (2, 1), (5, 1), (6, 5)))
def cuts_at_the_limits():
    """time_delay_features keeps both axes where p is 1 or where there is only one window"""


@time_delay_features.check(
    points=0.5,
    needs=cuts_out_the_windows,
    cases=rows("values p", (6, 0), (6, -1), (6, 6), (6, 7), (6, 5), (6, 1)),
)
def refuses_impossible_windows(student, series, p):
    """time_delay_features raises ValueError for p < 1 and for p >= T, and only then"""
    return error_of(ValueError, student.time_delay_features, series, p)


@fit_ar.check(points=1.75, cases=rows("values p", (12, 1), (16, 2), (40, 3)))
def fits_least_squares():
    """fit_ar returns the weights (p,), in the order of the windows, and the intercept with the smallest squares"""


@fit_ar.check(
    points=0.75,
    dtypes=["float64"],
    judge=Close(relative=1e-6),
    cases=rows(
        "values p series",
        (12, 2, exact([-0.9, 0.4], 1.0)),
        (14, 3, exact([0.6, -0.8, -0.5], -0.5)),
        (8, 1, exact([-0.9], 2.0)),
    ),
)
def finds_the_rule_without_noise():
    """fit_ar finds the numbers of a series that follows a rule without noise"""


@fit_ar.check(
    points=0.75,
    needs=fits_least_squares,
    cases=rows("values p", (9, 0), (9, -2), (5, 3), (6, 3), (4, 2), (2, 1), (4, 5), (7, 3), (5, 2), (3, 1)),
)
def refuses_too_short_a_series(student, series, p):
    """fit_ar raises ValueError for p < 1 and for fewer than p + 1 windows, and only then"""
    with right_parts(student, "fit_ar", time_delay_features=windows):
        return error_of(ValueError, student.fit_ar, series, p)


@narx_step.check(points=1.25, cases=rows("p q", (2, 3), (3, 1), (1, 4)))
def hands_over_the_recent_past():
    """narx_step calls f once, with the last p + 1 inputs and the last q outputs, the oldest first, and returns its result"""


@narx_step.check(points=0.75, cases=rows("earlier p q", (2, 4, 5), (1, 2, 1), (3, 3, 4), (0, 2, 2)))
def fills_up_with_zeros():
    """narx_step puts zeros in the place of what lies before time 0, also at t = 0"""


@narx_step.check(points=0.5, cases=rows("p q", (0, 3), (2, 0), (0, 0)) + rows("earlier p q", (0, 0, 0), (0, 1, 0)))
def takes_no_delay():
    """narx_step reads the input of now alone where p is 0, and no output where q is 0"""


IMPOSSIBLE = rows(
    "earlier now p q", (4, 5, -1, 2), (4, 5, 2, -1), (4, 4, 1, 1), (4, 6, 1, 1), (3, 9, 1, 1), (4, 5, 0, 0)
)


@narx_step.check(points=0.5, needs=hands_over_the_recent_past, cases=IMPOSSIBLE)
def refuses_what_does_not_fit(student, x, y, p, q):
    """narx_step raises ValueError for p < 0, for q < 0 and where x is not longer than y by 1, and only then"""
    return error_of(ValueError, student.narx_step, lambda z: z.sum(), x, y, p, q)


exercise.leaves_its_inputs_alone("all three leave their arguments unchanged", points=0.25)
exercise.lets_gradients_through(
    "narx_step lets gradients flow to x and y through z", points=0.5, about=[hands_over_the_recent_past, takes_no_delay]
)
exercise.keeps_the_dtype("all three work in float64 too, to its full precision", points=0.5)

exercise.hint(
    """Write the numbers 0 to 5 in a row and take p = 2. Which windows have a value behind them? Four: T - p. The first begins at 0, and its
    target stands at 2."""
)
exercise.hint(
    """torch.stack([series[i : i + p] for i in range(T - p)]) makes the windows one by one; series.unfold(0, p, 1) makes all at once, one more
    than you need, because nothing follows the last.""",
    helps=time_delay_features,
)
exercise.hint(
    """An intercept is a weight whose feature is always 1. Put a column of ones beside the features, solve for p + 1 numbers at once, and
    take the last one for b.""",
    helps=fits_least_squares,
)
exercise.hint(
    """torch.linalg.lstsq wants a matrix on the right: targets[:, None]. Its solution is then (p + 1, 1), so take column 0.""",
    helps=[fits_least_squares, finds_the_rule_without_noise],
)
exercise.hint(
    """With p zeros in front of x and q zeros in front of y, nothing is ever missing: the last p + 1 and the last q values are there at
    t = 0 as well.""",
    helps=fills_up_with_zeros,
)
exercise.hint(
    """y[-q:] is all of y where q is 0, because -0 is 0. Count from the front: y[len(y) - q :].""",
    helps=[takes_no_delay, hands_over_the_recent_past],
)
