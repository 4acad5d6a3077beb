"""Checks of diagnose. What is decided and in which words is judged apart, and each kind of slip has a check of its own.

Where one slip would answer several checks wrongly, the cases keep it out: target 0 unless the target is the matter, and
differences that are at most 0 or above the tolerance unless the tolerance is.
"""

import torch

from autograder.messages import N_
from autograder.spec import By, Exercise, Mistake, OneOf, drawn, rows

exercise = Exercise(entry="diagnose", forbid="sklearn")
WORDS = ("both", "high bias", "high variance", "good")
BIT = 2.0**-20


def decided(answer):
    """What an answer decides, in whatever words: which words they are is for `uses_the_four_words`."""
    if not isinstance(answer, str):
        return answer
    both = "both" in answer.lower()
    high = (both or "bias" in answer.lower(), both or "variance" in answer.lower())
    return {(True, True): "both", (True, False): "high bias", (False, True): "high variance"}.get(high, "good")


def gaps(*table):
    """Cases from (bias, variance, target, tolerance)."""
    return rows(
        "train_error validation_error target_error tolerance",
        *((target + bias, target + bias + variance, target, tolerance) for bias, variance, target, tolerance in table),
    )


SOME = drawn(lambda d: int(torch.randint(1, 8, (), generator=d.generator)) / 8)  # a tolerance above 0 and below 1


diagnose = exercise.call(
    "diagnose", train_error=0.25, validation_error=0.5, target_error=0.0, tolerance=0.125, then=decided
)
# What ails the model is for the first three checks; for most others it counts whether anything does.
GOOD_OR_NOT = OneOf(lambda want: [want, *(word for word in WORDS if word != want and "good" not in (word, want))])
BOTH = (1.0, 1.0, 0.0, 0.375)


@diagnose.check(
    points=0.75,
    cases=gaps((0.25, 0.0, 0.0, 0.125), (0.5, 0.0, 0.0, 0.375), (1.0, 0.0, 0.0, 0.25), (1.0, 0.0, 0.0, SOME)),
)
def names_high_bias():
    """says "high bias" where the training error is too far above the target, and the validation error no higher"""


@diagnose.check(
    points=0.75,
    cases=gaps((0.0, 0.25, 0.0, 0.125), (0.0, 1.0, 0.0, 0.25), (0.0625, 0.5, 0.5, 0.25), (0.0, 1.0, 0.0, SOME)),
)
def names_high_variance():
    """says "high variance" where the validation error alone is too high, and the training error close to the target"""


@diagnose.check(
    points=0.5,
    cases=gaps((0.25, 0.5, 0.0, 0.125), (0.25, 0.1875, 0.0, 0.125), (0.1875, 0.25, 0.0, 0.125), (0.5, 2.0, 0.0, 0.375))
    + gaps(BOTH, (1.0, 1.0, 0.0, SOME)),
)
def names_both():
    """says "both" where bias and variance are both high"""


@diagnose.check(
    points=0.75,
    judge=GOOD_OR_NOT,
    cases=gaps((0.0, 0.0, 0.0, 0.25), (0.0625, 0.0, 0.0, 0.25), (0.0, 0.0625, 0.0, 0.25), (0.125, 0.0625, 0.0, 0.25))
    + gaps((0.02, 0.01, 0.0, 0.05), (1.5, 1.0, 0.0, 3.0), BOTH),
)
def allows_for_the_tolerance():
    """says "good" where both differences are below the tolerance"""


@diagnose.check(
    points=0.5,
    judge=GOOD_OR_NOT,
    cases=gaps((0.125, 0.0, 0.0, 0.125), (0.0, 0.125, 0.0, 0.125), (1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0))
    + gaps((0.0, 0.0, 0.0, 0.0), (0.125 + BIT, 0.125 + BIT, 0.0, 0.125), (BIT, BIT, 0.0, 0.0), BOTH),
)
def equal_is_not_high():
    """a difference that just equals the tolerance is not high, and any that is greater is; the tolerance may be 0"""


@diagnose.check(
    points=0.5,
    cases=gaps((0.0, 0.0, 0.5, 0.125), (0.0, 0.0, 4.0, 1.0), (0.0, 0.0, 0.3, 0.05), (0.0, 0.0, -2.0, 0.25))
    + gaps((0.25, 0.25, 4.0, 0.125), (0.25, 0.25, 0.5, 0.125), (1.5, 3.0, 4.0, 1.0), (0.5, 0.5, -2.0, 0.25)),
)
def measures_from_the_target():
    """bias is train_error - target_error, however large the target is; errors may be negative, as losses may"""


@diagnose.check(
    points=0.25,
    judge=GOOD_OR_NOT,
    cases=gaps((-0.5, 0.0, 0.75, 0.125), (-1.0, 0.0, 1.0, 0.5), (-0.25, 0.0, 0.5, 0.0625), (-1.0, 1.0, 3.0, 0.25))
    + gaps(BOTH),
)
def better_than_the_target_is_not_high():
    """a training error below the target is no high bias, and makes up for no variance"""


@diagnose.check(
    points=0.25,
    judge=GOOD_OR_NOT,
    cases=gaps((0.0, -0.25, 0.5, 0.125), (0.0, -0.5, 0.5, 0.0625), (0.0, -1.0, 2.0, 0.5), BOTH),
)
def better_in_validation_is_not_high():
    """a validation error below the training error is no high variance"""


def of_the_four(got):
    unknown = [word for word in got if word not in WORDS]
    if unknown or len(set(got)) < 2:
        code = "one word" if not unknown else "other words" if all(isinstance(w, str) for w in got) else "no words"
        text = N_("expected the words {expected}, got {got}")
        said = {"expected": ", ".join(map(repr, WORDS)), "got": ", ".join(map(repr, unknown or got))}
        return Mistake(text.format(**said), **said, code=code)
    return None


@exercise.check(points=0.75, judge=By(of_the_four), errors=[(0.5, 1.0), (0.5, 0.5), (0.0, 0.5), (0.0, 0.0)])
def uses_the_four_words(student, errors):
    """each answer is one of the strings "both", "high bias", "high variance" and "good", letter by letter"""
    return [student.diagnose(train_error, validation_error, 0.0, 0.125) for train_error, validation_error in errors]


exercise.hint(
    """Two questions, each with yes or no: how far is the training error above the target, and how far is the validation
    error above the training error? That makes four answers."""
)
exercise.hint(
    """The variance is not measured from the target. A model that errs on 30 % in training and on 31 % in validation has high
    bias, and no high variance: it is as bad on new samples as on old ones.""",
    helps=[names_high_bias, names_high_variance, measures_from_the_target, allows_for_the_tolerance],
)
exercise.hint(
    """Where both differences are high, each of them is: ask for both first, or the answer for one has already been given.""",
    helps=names_both,
)
exercise.hint(
    """Compare the difference itself, with >. abs() would call it high where the model is better than asked for.""",
    helps=[equal_is_not_high, better_than_the_target_is_not_high, better_in_validation_is_not_high],
)
