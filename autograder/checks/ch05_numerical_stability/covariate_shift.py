"""Checks of covariate_shift. What the arguments do is judged beside the student's own weights without them, so that a wrong
loss is paid once."""

import torch

from autograder.spec import (
    Close,
    Exercise,
    Threshold,
    distinct,
    drawn,
    fitting,
    has_graph,
    normal,
    rows,
    secret,
    uniform,
)

exercise = Exercise(entry=("importance_weights", "weighted_risk"), sizes={"n": (4, 7), "m": (4, 7), "d": (2, 3)})
DOMAINS = {"X_train": normal("n", "d"), "X_test": normal("m", "d", mean=0.7)}
EQUAL = {"X_train": normal("n", "d"), "X_test": normal("n", "d", mean=0.7)}


def vector(found, rows):
    """The weights as a vector: their shape is the matter of a check of its own."""
    if isinstance(found, torch.Tensor) and found.numel() == len(rows):
        found = found.reshape(-1)
    return fitting(found, rows[:, 0])


@exercise.call(**DOMAINS, num_steps=3, lr=0.5, max_weight=None, axes=("training row",))
def weights(student, X_train, X_test, num_steps, lr, max_weight):
    """A call without max_weight leaves it out."""
    more = [] if max_weight is None else [max_weight]
    return vector(student.importance_weights(X_train, X_test, num_steps, lr, *more), X_train)


weighted_risk = exercise.call("weighted_risk", losses=normal("n", mean=1.5), weights=uniform("n", low=0.2, high=2.5))


def extremes(got):
    """Either end of the order of the weights: a quotient that is upside down is another check's matter."""
    return {
        "the rows with the smallest and the largest weight, in any order": sorted(
            [int(got.argmin()), int(got.argmax())]
        )
    }


def with_zeros(column):
    return torch.stack([column, torch.zeros_like(column)], 1)


def to_one_side(d):
    """Test rows to the left or to the right of the training rows."""
    side = 1 if torch.rand((), generator=d.generator) < 0.5 else -1
    return with_zeros(normal("n", mean=2.0 * side, std=0.3).draw(d))


@weights.check(
    points=0.25,
    X_train=drawn(lambda d: with_zeros(distinct("n", low=-1.0, high=1.0).draw(d)), "n", 2),
    X_test=drawn(to_one_side, "n", 2),
    judge=Close(of=extremes),
    cases=rows("n", 5, 6, 7),
)
def tells_rows_apart():
    """importance_weights gives training rows that lie nearer to the test rows other weights than those farther away"""


once = {"needs": tells_rows_apart}


@weights.check(
    points=1.25, **EQUAL, num_steps=1, cases=rows("n d lr", (5, 2, 0.5), (4, 3, 0.2), (6, 1, 1.0), (1, 2, 0.5))
)
def takes_a_step():
    """importance_weights with one step, and as many test rows as training rows, is exp(h(x))"""


@weights.check(points=0.75, **EQUAL, cases=rows("n d num_steps lr", (5, 2, 2, 0.5), (4, 3, 6, 0.2), (6, 1, 4, 1.0)))
def takes_several_steps():
    """importance_weights goes on from step to step, each time with both gradients at the same point"""


@weights.check(
    points=1, also=rows("n m num_steps", (3, 7, 1), (8, 2, 1), (1, 4, 1), (5, 1, 4)) + rows("n m d", (3, 6, 1))
)
def counts_both_domains_alike():
    """importance_weights takes the mean over each domain by itself, however many rows it has"""


@weights.check(points=0.25, **once, num_steps=0, cases=rows("n m", (4, 6), (1, 3), (5, 2)))
def is_1_without_steps():
    """importance_weights with num_steps = 0 is 1 for each training row"""


@weights.check(
    points=0.5,
    **once,
    judge=Close(
        scale=1, of=lambda got: {"each weight, less that with (500, 0.5, None)": got["left out"] - got["given"]}
    ),
    X_train=normal("n", 1, std=0.5),
    X_test=normal("m", 1, mean=0.3, std=0.5),
    cases=rows("n m", (6, 5), (4, 7)),
)
def has_defaults(student, X_train, X_test):
    """importance_weights without further arguments takes 500 steps with the rate 0.5, and has no limit"""
    given = vector(student.importance_weights(X_train.clone(), X_test.clone(), 500, 0.5, None), X_train)
    return {"left out": vector(student.importance_weights(X_train, X_test), X_train), "given": given}


def of_limits(got, max_weight):
    free = got["without max_weight"]
    return {"weights, less those without a limit or the limit": got["with it"] - free.clamp(max=max_weight)}


@weights.check(
    points=0.75,
    **once,
    judge=Close(scale=1, of=of_limits),
    X_train=distinct("n", 1, low=-1.5, high=1.5),
    X_test=normal("m", 1, mean=1.5, std=0.3),
    lr=2.0,
    cases=rows("max_weight d n", (0.5, 1, 5), (1.2, 1, 6), (1.02, 1, 7), (50.0, 1, 5)),
)
def limits_weights(student, X_train, X_test, num_steps, lr, max_weight):
    """importance_weights replaces weights above max_weight by it, and no others"""
    free = student.importance_weights(X_train.clone(), X_test.clone(), num_steps, lr)
    limited = student.importance_weights(X_train, X_test, num_steps, lr, max_weight=max_weight)
    return {"with it": vector(limited, X_train), "without max_weight": vector(free, X_train)}


def with_an_outlier(at, mean, std, place):
    """One feature: rows near to mean, and one, at this place, near to ``at``."""

    def draw(d):
        X = normal("n", 1, mean=mean, std=std).draw(d)
        X[place] += at - mean
        return X

    return drawn(draw, "n")


def of_digits(got, X_train):
    """The logarithm of the largest weight, less what a straight line through two others leads to."""
    x, h = X_train[:, 0].double(), got.double().log()
    rows = x.sort().indices
    low, high, out = rows[0], rows[-2], rows[-1]
    line = h[low] + (h[high] - h[low]) / (x[high] - x[low]) * (x[out] - x[low])
    return {"log of the largest weight, less <w, x> + b, over it": (h[out] - line) / line}


@weights.check(
    points=0.5,
    judge=Close(scale=1, of=of_digits),
    X_train=with_an_outlier(6.0, 0.0, 0.6, place=1),
    X_test=normal("n", 1, mean=8.0, std=0.5),
    lr=1.2,
    num_steps=1,
    cases=rows("n", 4, 5, 4),
)
def keeps_the_digits_of_large_weights():
    """importance_weights is exp(<w, x> + b) for large weights as well: their logarithm is linear in x"""


def of_extremes(got, max_weight):
    found = {"is NaN": got.isnan()}
    if max_weight is None:
        found |= {"the smallest is 0, or nearly": got.min() < 1e-20, "the largest is above 1e30": got.max() > 1e30}
    return found


@weights.check(
    points=0.5,
    **once,
    X_train=with_an_outlier(60.0, -40.0, 2.0, place=2),
    X_test=normal("n", 1, mean=40.0, std=2.0),
    lr=2.0,
    judge=Close(of=of_extremes),
    cases=rows("n num_steps max_weight", (6, 1, None), (7, 2, None), (6, 2, 10.0)),
)
def bears_large_h():
    """importance_weights gives no NaN where h is hundreds or thousands, in the steps and at the end, but 0, inf or max_weight"""


@weights.check(points=0.25, **once, cases=rows("num_steps", 0, 3))
def is_a_detached_vector(student, X_train, X_test, num_steps, lr):
    """importance_weights has the shape (n,), and is detached even where X_train and X_test require a gradient"""
    found = student.importance_weights(X_train.requires_grad_(), X_test.requires_grad_(), num_steps, lr)
    return {"shape": list(getattr(found, "shape", [])), "requires grad": has_graph(found)}


def mean_1(d):
    found = 0.2 + torch.rand(d.size("n"), generator=d.generator, dtype=torch.float64)
    return (found / found.mean()).to(d.dtype)


@weighted_risk.check(points=0.75, weights=drawn(mean_1, "n"), cases=rows("n", 4, 6))
def weighs_losses():
    """weighted_risk is the mean of weights_i * losses_i, for weights whose mean is 1"""


@weighted_risk.check(points=0.75, also=[*rows("n", 1, 3), {"losses": normal("n")}])
def divides_by_n():
    """weighted_risk divides by n, whatever the weights add up to"""


exercise.lets_gradients_through(
    "weighted_risk lets gradients flow to losses", points=0.5, of=["losses"], about=weighted_risk
)


@weighted_risk.check(points=0.25, needs=weighs_losses, axes=(), cases=rows("n", 4, 1))
def takes_weights_for_constants(student, losses, weights):
    """weighted_risk lets no gradient flow to weights, though they may require one"""
    losses, weights = losses.requires_grad_(), weights.requires_grad_()
    found = student.weighted_risk(losses, weights)
    arrived = torch.autograd.grad(found, weights, allow_unused=True)[0] if has_graph(found) else None
    return {"a gradient arrives at weights": arrived is not None and bool(arrived.any())}


exercise.keeps_the_dtype(
    "both work in float64 too, to its full precision", points=0.25, except_for=is_a_detached_vector
)
exercise.takes_views(
    "both take inputs that are views of other tensors, as X.T is", points=0.25, except_for=is_a_detached_vector
)
exercise.leaves_its_inputs_alone("both leave their inputs unchanged", points=0.25, except_for=is_a_detached_vector)


def parabola(d):
    """x from N(0, 1), and labels x^2 with a little noise."""
    X = torch.randn(d.size("rows"), 1, generator=d.generator)
    return {"X": X, "y": X[:, 0] ** 2 + 0.3 * torch.randn(len(X), generator=d.generator)}


def test_error_over_that_without_weights(got, train, X_test, noise):
    """Of the line that was fitted, over that of least squares on the training rows as they are."""
    train_x, y, x, noise = (t.double().cpu() for t in (train["X"][:, 0], train["y"], X_test[:, 0], noise))
    powers = torch.stack([train_x, torch.ones_like(train_x)], 1)
    slope, intercept = torch.linalg.lstsq(powers, y[:, None]).solution[:, 0]
    lines = [got["predictions"].double().cpu(), slope * x + intercept]
    weighted, plain = [(line - x**2 - 0.3 * noise).square().mean().item() for line in lines]
    return weighted / plain


@exercise.check(
    points=1,
    training=True,
    needs=[tells_rows_apart, weighs_losses],
    judge=Threshold(test_error_over_that_without_weights, chance=1.0, higher=False),
    data="",
    train=drawn(parabola, "rows"),
    X_test=drawn(lambda d: 1 + torch.randn(d.size("test_rows"), 1, generator=d.generator), "test_rows"),
    noise=secret(drawn(lambda d: torch.randn(d.size("test_rows"), generator=d.generator), "test_rows")),
    cases=rows("data rows test_rows", ("as many test rows", 1000, 1000), ("fewer test rows", 1000, 400)),
    seconds=20,
)
def helps_a_straight_line(student, train, X_test):
    """with both, a straight line that is fitted to x^2 where training rows lie errs far less where test rows lie"""
    X, y = train["X"], train["y"]
    weights = vector(student.importance_weights(X, X_test, 50, 2.0), X).detach()
    w, b = (X.new_zeros(shape, requires_grad=True) for shape in ((1,), ()))
    losses = []
    for _step in range(80):
        risk = student.weighted_risk((X @ w + b - y) ** 2, weights)
        losses.append(risk.item())
        found = torch.autograd.grad(risk, (w, b))
        with torch.no_grad():
            w -= 0.1 * found[0]
            b -= 0.1 * found[1]
    return {"losses": losses[::8], "predictions": (X_test @ w + b).detach()}


exercise.hint(
    """One feature, training rows 0 and 1, test rows 1 and 2, lr = 0.5. At the start h = 0 everywhere: the gradient for w is
    ((0 + 1) / 2 * 0.5 - (1 + 2) / 2 * 0.5) / 2 = -0.25, that for b is 0. So w becomes 0.125, and the weights are 1 and
    e^0.125 = 1.13."""
)
exercise.hint(
    """A training row pulls h down, a test row up: log(1 + e^h) has the derivative sigmoid(h), log(1 + e^-h) has -sigmoid(-h).
    If test rows had the larger weights, look at the signs.""",
    helps=[tells_rows_apart, takes_a_step, takes_several_steps],
)
exercise.hint(
    """Two means and one half: sum over the n training rows / (2 n), and over the m test rows / (2 m). Joined in one tensor, each
    row needs that factor as its own weight; a plain mean over all n + m rows lets the larger domain count more.""",
    helps=[counts_both_domains_alike],
)
exercise.hint(
    """e^100 is inf in float32, and log(inf) or inf / inf has no gradient. torch.sigmoid, F.softplus and
    F.binary_cross_entropy_with_logits are written for that. exp belongs to the last line alone, with clamp(max=max_weight)
    behind it.""",
    helps=[bears_large_h, limits_weights],
)
exercise.hint(
    """(weights.detach() * losses).mean() divides by n. Divided by weights.sum() it would be a mean whose weights add up to 1:
    another estimate, and for small weights a much larger one.""",
    helps=[weighs_losses, divides_by_n, takes_weights_for_constants],
)
