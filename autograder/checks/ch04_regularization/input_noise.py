"""Checks of input_noise. Noise is drawn in the grader, so that every result is exact."""

from math import inf, nan

import torch

from autograder.spec import Exercise, Statistic, Unfit, error_of, normal, rows, seeded, whole

exercise = Exercise(entry=("tikhonov_loss", "dropout_loss", "noisy_loss"), sizes={"n": (3, 7), "d": (3, 7)})
GIVEN = {"X": normal("n", "d", away=0.25), "y": normal("n"), "w": normal("d", away=0.25)}
SHAPES = rows("n d", (1, 4), (4, 1), (4, 4))

# The loss of clean inputs is one check, whoever computes it; what noise adds is seen in differences.


@exercise.call(**GIVEN)
def clean(student, X, y, w):
    return {
        "tikhonov_loss, sigma=0": student.tikhonov_loss(X, y, w, 0.0),
        "dropout_loss, p=0": student.dropout_loss(X, y, w, 0.0),
    }


@clean.check(points=1, also=SHAPES)
def begins_with_the_clean_loss():
    """without noise the losses are the mean of (<x, w> - y)^2 / 2"""


@exercise.call(**GIVEN, sigma=0.7, less=0.2)
def tikhonov(student, X, y, w, sigma, less):
    return student.tikhonov_loss(X, y, w, sigma) - student.tikhonov_loss(X, y, w, less)


@exercise.call(**GIVEN, p=0.3, less=0.1)
def dropout(student, X, y, w, p, less):
    return student.dropout_loss(X, y, w, p) - student.dropout_loss(X, y, w, less)


@tikhonov.check(points=1.5, also=rows("sigma less", (1, 0.5), (2.5, 1), (0.5, 0.1)) + SHAPES)
def tikhonov_adds_a_penalty():
    """tikhonov_loss grows with sigma by sigma^2 |w|^2 / 2"""


@dropout.check(points=1.75, also=rows("p less", (0.5, 0.25), (0.8, 0.5), (0.75, 0.05)) + SHAPES)
def dropout_adds_a_penalty():
    """dropout_loss grows with p by p / (1 - p) times the mean over the rows of the sum of (x_j w_j)^2, halved"""


plain_tikhonov = exercise.call("tikhonov_loss", **GIVEN, sigma=0.5)
plain_dropout = exercise.call("dropout_loss", **GIVEN, p=0.5)


@plain_tikhonov.refuses(
    points=0.5, needs=tikhonov_adds_a_penalty, cases=rows("sigma", -0.5, -1, -1e-6, -inf, nan, 0, 0.0, 0.5, 3)
)
def tikhonov_refuses_what_is_no_deviation():
    """tikhonov_loss raises ValueError for sigma < 0 and for NaN, and only for these"""


@plain_dropout.refuses(
    points=0.5,
    needs=dropout_adds_a_penalty,
    cases=rows("p", -0.5, -1e-6, 1.0, 1, 1.5, -inf, inf, nan, 0, 0.0, 0.5, 0.99),
)
def dropout_refuses_what_is_no_probability():
    """dropout_loss raises ValueError for p outside of [0, 1) and for NaN, and only for these"""


class Noise:
    """Adds offsets that are written down, one after the other, and counts how it is called."""

    def __init__(self, X, offsets):
        self.clean, self.offsets = X.clone(), offsets
        self.calls = self.clean_calls = 0

    def __call__(self, given):
        if not isinstance(given, torch.Tensor) or given.shape != self.clean.shape:
            raise Unfit("noise takes X, of shape {shape}", shape=[*self.clean.shape])
        self.clean_calls += torch.equal(given.detach(), self.clean)
        self.calls += 1
        return self.clean + self.offsets[(self.calls - 1) % len(self.offsets)]


@exercise.call(**GIVEN, offsets=normal("draws", "n", "d"))
def noisy(student, X, y, w, offsets):
    return student.noisy_loss(X, y, w, Noise(X, offsets), len(offsets))


@noisy.check(points=0.75, draws=1)
def takes_the_loss_of_noisy_inputs():
    """noisy_loss with one draw is the mean of (<x, w> - y)^2 / 2 for noise(X)"""


@noisy.check(
    points=1,
    needs=takes_the_loss_of_noisy_inputs,
    cases=rows("draws n d", (2, 3, 5), (5, 4, 4), (3, 1, 4), (4, 5, 1), (200, 3, 2)),
)
def averages_losses():
    """noisy_loss is the mean of num_draws losses, each of noisy inputs of its own"""


@noisy.check(points=0.5, needs=takes_the_loss_of_noisy_inputs, cases=rows("draws", 1, 4))
def calls_noise_with_the_clean_inputs(student, X, y, w, offsets):
    """noisy_loss calls noise exactly num_draws times, each time with the clean X"""
    noise = Noise(X, offsets)
    student.noisy_loss(X, y, w, noise, len(offsets))
    return {"calls": noise.calls, "calls with the clean X": noise.clean_calls}


@exercise.call(**GIVEN, offsets=normal(1, "n", "d"), num_draws=1)
def refused(student, X, y, w, offsets, num_draws):
    noise = Noise(X, offsets)
    raised = error_of(ValueError, student.noisy_loss, X, y, w, noise, num_draws)
    return {"raised": raised, "calls of noise": noise.calls}


@refused.check(points=0.5, needs=takes_the_loss_of_noisy_inputs, cases=rows("num_draws", 0, -1, -7, 1))
def refuses_no_draws():
    """noisy_loss raises ValueError for num_draws < 1, before it calls noise"""


@exercise.call(X=normal(8, 3, away=0.25), y=normal(8), w=normal(3, away=0.5), seed=whole(0, 10**6))
def ratios(student, X, y, w, seed):
    generator, draws, sigma, p = seeded(seed), 2000, 0.8, 0.4

    def normal_noise(X):
        return X + sigma * torch.randn(X.shape, generator=generator)

    def dropped(X):
        return X * (torch.rand(X.shape, generator=generator) >= p) / (1 - p)

    return {
        "normal noise": student.noisy_loss(X, y, w, normal_noise, draws) / student.tikhonov_loss(X, y, w, sigma),
        "dropout": student.noisy_loss(X, y, w, dropped, draws) / student.dropout_loss(X, y, w, p),
    }


# Of 8 rows a draw scatters by less than 0.6 of its mean, 2000 draws by less than 0.015.
@ratios.check(
    points=0.25,
    needs=[averages_losses, tikhonov_adds_a_penalty, dropout_adds_a_penalty],
    judge=Statistic(**{"normal noise": lambda: (1.0, 0.015), "dropout": lambda: (1.0, 0.015)}),
)
def closed_forms_meet_the_draws():
    """with many draws noisy_loss comes near tikhonov_loss for normal noise, and near dropout_loss for dropout"""


exercise.keeps_the_dtype("all three work in float64 too, to its full precision", points=0.25, except_for=refused)
exercise.lets_gradients_through(
    "all three let the gradient flow to w",
    points=1,
    of=["w"],
    about=[clean, tikhonov, dropout, takes_the_loss_of_noisy_inputs, averages_losses],
)
exercise.takes_views("all three take tensors that are views of others", points=0.25)
exercise.leaves_its_inputs_alone("all three leave their tensors unchanged", points=0.25)

exercise.hint(
    """Write the clean loss first: X @ w gives the n predictions, and the mean is over the rows. All three begin with
    it, so it may be a function of its own."""
)
exercise.hint(
    """Noise e on a row x changes its prediction by <e, w>, whose mean is 0. So the mean of the squared error grows by
    the variance of <e, w>, which is the sum over j of w_j^2 times the variance of e_j: sigma^2 for every j. The loss
    halves it.""",
    helps=tikhonov,
)
exercise.hint(
    """Under inverted dropout x_j becomes 0 or x_j / (1 - p). Its mean stays x_j, and its variance is x_j^2 p / (1 - p).
    So each row has a penalty of its own, as large as its inputs are: `(X * w) ** 2`, added up along a row.""",
    helps=dropout,
)
exercise.hint(
    """The mean of the losses is not the loss of the mean: noise with mean 0 cancels in the inputs, but not in their
    squares, because a square is never negative. So one loss for each draw, then the mean.""",
    helps=noisy,
)
exercise.hint(
    """`sigma < 0` is False for NaN, as every comparison with it is; `not sigma >= 0` is True.""",
    helps=[plain_tikhonov, plain_dropout],
)
