"""Checks of diagnose. Each has cases with different answers, so that no single one is right everywhere."""

import torch

from autograder.spec import Draw, Exercise, drawn, rows

exercise = Exercise(entry="diagnose", forbid="sklearn")
diagnose = exercise.call("diagnose", train_error=0.25, validation_error=0.5, target_error=0.0, tolerance=0.125)


def eighths(low, high):
    """A number from low up to high, so that no difference of two is just a tolerance of 0.3."""

    def draw(d: Draw) -> float:
        return int(torch.randint(8 * low, 8 * high, (), generator=d.generator)) / 8

    return drawn(draw)


ALL = "train_error validation_error target_error tolerance"


@diagnose.check(
    points=2,
    cases=rows(
        ALL,
        (0.25, 0.25, 0.0, 0.125),
        (0.0, 0.25, 0.0, 0.125),
        (0.25, 0.5, 0.0, 0.125),
        (0.0, 0.0, 0.0, 0.125),
        (2.0, 2.5, 0.0, 1.0),
        (0.5, 4.0, 0.0, 1.0),
        (3.0, 5.0, 0.0, 1.0),
        (0.5, 1.0, 0.0, 1.0),
    ),
)
def tells_the_four_apart():
    """returns "both", "high bias", "high variance" or "good", each where it is right"""


@diagnose.check(
    points=1,
    cases=rows(
        ALL,
        (0.5, 0.75, 0.5, 0.125),
        (0.75, 0.75, 0.5, 0.125),
        (0.5, 0.5, 0.5, 0.125),
        (0.625, 1.0, 0.25, 0.25),
        (0.3, 0.32, 0.28, 0.05),
        (0.3, 0.4, 0.28, 0.05),
        (0.1, 0.14, 0.02, 0.05),
        (0.2, 0.5, 0.02, 0.05),
        (0.3, 0.34, 0.27, 0.05),
        (0.34, 0.38, 0.3, 0.03),
        (9.0, 9.5, 4.0, 1.0),
        (5.0, 9.0, 4.5, 1.0),
        (6.0, 8.0, 4.0, 1.0),
        (eighths(1, 2), eighths(2, 3), eighths(0, 1), 0.3),
        (eighths(1, 2), eighths(2, 4), eighths(0, 1), 0.3),
    ),
)
def compares_with_the_next_better():
    """bias is train_error - target_error, variance is validation_error - train_error, whatever the target is"""


@diagnose.check(
    points=0.75,
    cases=rows(
        ALL,
        (0.25, 0.25, 0.125, 0.125),
        (0.25, 0.375, 0.25, 0.125),
        (0.25, 0.375, 0.125, 0.125),
        (2.0, 3.0, 1.0, 1.0),
        (0.5, 0.5, 0.5, 0.0),
        (0.5, 0.5, 0.25, 0.0),
        (0.5, 0.75, 0.5, 0.0),
        (0.5, 0.75, 0.25, 0.0),
        (0.25, 0.5, 0.125, 0.125),
        (0.25, 0.375, 0.0, 0.125),
        (0.5, 0.501, 0.5, 0.0),
        (0.501, 0.501, 0.5, 0.0),
    ),
)
def equal_is_not_high():
    """a difference that is just equal to the tolerance is not high; the tolerance may be 0"""


@diagnose.check(
    points=1.25,
    cases=rows(
        ALL,
        (0.25, 0.25, 0.75, 0.125),
        (0.25, 0.75, 0.75, 0.125),
        (0.0, 0.0, 1.0, 0.5),
        (0.0, 0.25, 1.0, 0.0),
        (0.5, 0.25, 0.5, 0.125),
        (0.5, 0.25, 0.0, 0.125),
        (0.5, 0.0, 0.625, 0.0),
        (0.75, 0.0, 0.0, 0.5),
        (0.25, 0.0, 0.75, 0.125),
        (0.5, 0.25, 0.75, 0.0),
    ),
)
def better_is_not_high():
    """a training error below the target, or a validation error below the training error, is not high"""


exercise.hint(
    """Two questions, each with yes or no: how far is the training error above the target, and how far is the validation
    error above the training error? That makes four answers."""
)
exercise.hint(
    """The variance is not measured from the target. A model that errs on 30 % in training and on 31 % in validation has high
    bias, and no high variance: it is as bad on new samples as on old ones.""",
    helps=[tells_the_four_apart, compares_with_the_next_better],
)
exercise.hint(
    """Compare the difference itself, with >. abs() would call it high where the model is better than asked for.""",
    helps=[equal_is_not_high, better_is_not_high],
)
