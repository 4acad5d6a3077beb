"""Checks of polynomial_data.

High powers are compared column by column, each to its own size. What is random is judged by statistics of many
samples: the cubic is fitted to the labels first, so that a wrong coefficient is not paid for as noise. All false alarms
together stay below 1e-6.
"""

from math import sqrt

import torch

from autograder.spec import (
    Close,
    Exercise,
    Statistic,
    Unfit,
    describe,
    drawn,
    named,
    normal,
    rows,
    tensor,
    uses_global_generator,
    whole,
)

exercise = Exercise(
    entry=("polynomial_features", "polynomial_data"), forbid="sklearn", gradients=False, sizes={"n": (4, 7)}
)
features = exercise.call("polynomial_features", x=normal("n", away=0.1), max_degree=4, axes=("n", "columns"))


@features.check(points=1, cases=rows("n max_degree", (5, 1), (4, 2), (6, 3), (5, 4), (7, 6), (1, 3)))
def divides_powers_by_factorials():
    """polynomial_features has the columns x^i / i! for i from 0 up to max_degree, this included"""


@features.check(
    points=0.25,
    cases=rows("x max_degree", (tensor([0.0, -1.5, 2.0]), 3), (normal("n"), 0), (tensor([0.0]), 0), (tensor([0.0]), 2)),
)
def starts_with_ones():
    """polynomial_features has 1 in column 0, for x = 0 and for max_degree = 0 too"""


def signed(low, high):
    """Five samples whose sizes lie close together, so that a column's do too; two are negative."""

    def draw(d):
        x = low + (high - low) * torch.rand(5, generator=d.generator, dtype=torch.float64)
        return (x * torch.tensor([1, -1, 1, 1, -1])).to(d.dtype)

    return drawn(draw)


@features.check(
    points=0.5,
    needs=divides_powers_by_factorials,
    judge=Close(of=lambda got: {f"column {i}": column for i, column in enumerate(got.T)}),
    cases=rows("x", signed(4.5, 5), signed(0.8, 1.2)) * rows("max_degree", 12, 13, 19, 20),
)
def reaches_degree_20():
    """polynomial_features is right up to degree 20, where factorials no longer fit into an int32 or a float32"""


exercise.keeps_the_dtype("polynomial_features works in float64 too, to its full precision", points=0.25)
exercise.leaves_its_inputs_alone("polynomial_features leaves x unchanged", points=0.25)


def vectors(found, n):
    """x and labels as float32 vectors: their form is a matter of the last check."""
    parts = named(found, "x", "labels")
    for name, part in parts.items():
        if not isinstance(part, torch.Tensor) or part.numel() != n:
            raise Unfit("{name}: expected {n} numbers, got {got}", name=name, n=n, got=describe(part))
    return {name: part.detach().flatten().float() for name, part in parts.items()}


def together(v):
    """Correlations of neighbours, and of the first half with the second."""
    half = len(v) // 2
    return torch.stack([(v[1:] * v[:-1]).mean(), (v[:half] * v[-half:]).mean()])


def of_x(got):
    x = got["x"].double()
    return {
        "mean_of_x": x.mean().item(),
        "variance_of_x": x.square().mean().item(),
        "fourth_moment_of_x": x.pow(4).mean().item(),
        "correlation_of_different_x": together(x),
        "nearly_all_x_differ": len(x.unique()) > 0.9 * len(x),
    }


CUBIC = torch.tensor([5, 1.2, -3.4, 5.6], dtype=torch.float64)


def fitted(got):
    """The cubic that fits the labels best, and what it leaves over, in parts of 0.1."""
    x, labels = got["x"].double(), got["labels"].double()
    if not (x.isfinite().all() and labels.isfinite().all()):
        return torch.full((4,), torch.nan), torch.full_like(x, torch.nan)
    columns = torch.stack([x**0, x, x**2 / 2, x**3 / 6], 1)
    weight = torch.linalg.lstsq(columns, labels[:, None]).solution
    return weight[:, 0], (labels - (columns @ weight)[:, 0]) / 0.1


def of_noise(got):
    x, noise = got["x"].double(), fitted(got)[1]
    return {
        "it varies from label to label": bool(noise.square().mean() > 1e-4),
        "standard_deviation_of_the_noise": 0.1 * noise.square().mean().sqrt().item(),
        "fourth_moment_of_noise_over_0.1": noise.pow(4).mean().item(),
        "correlation_of_different_noise": together(noise),
        "correlation_of_the_sizes_of_x_and_noise": ((x.square() - 1) * (noise.square() - 1)).mean().item() / 2,
        "nearly_all_noise_differs": len(noise.unique()) > 0.9 * len(noise),
    }


def of_coefficients(got):
    """The noise may be of any size: another check asks for that."""
    coefficients, noise = fitted(got)
    larger = max(noise.square().mean().sqrt().item(), 1.0)
    return {"coefficients_of_the_cubic": CUBIC + (coefficients - CUBIC) / larger}


# From the inverse of the features' matrix of moments: the honest deviation of each coefficient, times sqrt(n) / 0.1.
MOMENTS = torch.tensor([[1, 0, 0.5, 0], [0, 1, 0, 0.5], [0.5, 0, 0.75, 0], [0, 0.5, 0, 15 / 36]], dtype=torch.float64)
DEVIATIONS = 1.2 * MOMENTS.inverse().diagonal().sqrt()


@exercise.call(n=whole(10_000, 11_000), seed=whole(0, 10**6))
def data(student, n, seed):
    return vectors(student.polynomial_data(n, torch.Generator().manual_seed(seed)), n)


@data.check(
    points=0.5,
    judge=Statistic(
        of=of_x,
        mean_of_x=lambda n: (0.0, 1 / sqrt(n)),
        variance_of_x=lambda n: (1.0, sqrt(2 / n)),
        fourth_moment_of_x=lambda n: (3.0, sqrt(96 / n)),
        correlation_of_different_x=lambda n: (torch.zeros(2).double(), sqrt(2 / n)),
    ),
)
def draws_normal_samples():
    """polynomial_data draws each x from N(0, 1), independently of the others"""


@data.check(
    points=0.75,
    judge=Statistic(
        of=of_coefficients,
        coefficients_of_the_cubic=lambda n: (CUBIC, 0.1 * DEVIATIONS / sqrt(n)),
    ),
)
def labels_follow_the_cubic():
    """polynomial_data makes labels of 5 + 1.2 x - 3.4 x^2/2! + 5.6 x^3/3!, on average"""


@data.check(
    points=0.5,
    judge=Statistic(
        of=of_noise,
        **{
            "standard_deviation_of_the_noise": lambda n: (0.1, 0.1 / sqrt(2 * n)),
            "fourth_moment_of_noise_over_0.1": lambda n: (3.0, sqrt(96 / n)),
            "correlation_of_different_noise": lambda n: (torch.zeros(2).double(), sqrt(2 / n)),
            "correlation_of_the_sizes_of_x_and_noise": lambda n: (0.0, 1.1 / sqrt(n)),
        },
    ),
)
def adds_noise_to_each_label():
    """polynomial_data adds noise from N(0, 0.1^2) to each label, independent of x and from label to label"""


def same(v, other):
    return torch.allclose(v, other, rtol=0, atol=0, equal_nan=True)


def of_calls(got):
    """What three calls have to do with each other."""
    noise = {name: fitted(call)[1] for name, call in got["calls"].items()}
    first, again, second = got["calls"].values()
    alike = torch.corrcoef(torch.stack([noise["first"], noise["second"]]))[0, 1].item()
    return {
        "an equal generator gives the same x": same(again["x"], first["x"]),
        "an equal generator gives the same labels": same(again["labels"], first["labels"]),
        "a second call with the same generator gives the same x": same(second["x"], first["x"]),
        "a second call with the same generator gives the same noise": alike > 0.9,
        "torch's global generator is used": got["global"],
    }


@data.check(points=0.5, judge=Close(of=of_calls), n=whole(80, 120))
def draws_from_the_generator(student, n, seed):
    """polynomial_data draws from the generator that it is given, goes on where that stopped, and uses no other"""

    def call(generator):
        return vectors(student.polynomial_data(n, generator), n)

    generator, equal = (torch.Generator().manual_seed(seed) for _ in "ab")
    first = call(generator)
    torch.manual_seed(seed)
    calls = {"first": first, "again": call(equal), "second": call(generator)}
    return {"calls": calls, "global": uses_global_generator(call, generator)}


@data.check(
    points=0.5,
    judge=Close(
        of=lambda got: {"numbers": [len(v) for v in got], "most differ": [2 * len(v.unique()) > len(v) for v in got]}
    ),
    cases=rows("n", whole(20, 60), 3, 1),
)
def returns_two_vectors(student, n, seed):
    """polynomial_data returns a tuple of x and labels, both float32 and of shape (n,), for n = 1 too"""
    return student.polynomial_data(n, torch.Generator().manual_seed(seed))


exercise.hint(
    """Write down the row of x = 2 with max_degree = 3: 1, 2, 4/2, 8/6. These are four columns: the degree counts from 0,
    and the highest is among them."""
)
exercise.hint(
    """Compute a column at a time, x**i / math.factorial(i), and put the columns side by side: torch.stack(columns, dim=1).
    PyTorch has 0.0**0 = 1, so column 0 needs no case of its own.""",
    helps=[divides_powers_by_factorials, starts_with_ones],
)
exercise.hint(
    """13! no longer fits into an int32, and 14! is no longer exact in float32. math.factorial(i) is a Python int, exact at
    any size; or let each column be made from the one before: times x, divided by i.""",
    helps=reaches_degree_20,
)
exercise.hint(
    """A number from N(0, s^2) is s times one from N(0, 1): 0.1 * torch.randn(n, generator=generator). One for each
    label, drawn after x, from the same generator.""",
    helps=[draws_normal_samples, adds_noise_to_each_label, draws_from_the_generator],
)
exercise.hint(
    """Without the noise the labels are polynomial_features(x, 3) @ torch.tensor([5, 1.2, -3.4, 5.6]): the factorials are
    in the features already.""",
    helps=[labels_follow_the_cubic, returns_two_vectors],
)

exercise.equivalent(
    "precision lost: torch.tensor([5, 1.2, -3.4, 5.6]) -> "
    "torch.tensor([5, 1.2, -3.4, 5.6]).half().to(torch.tensor([5,...",
    "The noise hides it.",
)
exercise.equivalent(
    "precision lost: 0.1 * torch.randn(n, generator=generator) -> "
    "(0.1 * torch.randn(n, generator=generator)).half().to((0.1 *...",
    "No random number is asked for exactly.",
)
exercise.equivalent(
    "arithmetic replaced: polynomial_features(x, 3) @ weight + noise -> polynomial_features(x, 3) @ weight - noise",
    "Noise is as probable with either sign.",
)
