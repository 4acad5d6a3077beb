"""What people get wrong about diagnose."""

from autograder.spec import misconception, reference, slip

BIAS = "train_error - target_error > tolerance"
VARIANCE = "validation_error - train_error > tolerance"


@misconception
def names_swapped(train_error, validation_error, target_error, tolerance):
    """Bias and variance are the wrong way round. Bias shows in training already, against the target; variance is what comes
    on top in validation."""
    found = reference.diagnose(train_error, validation_error, target_error, tolerance)
    return {"high bias": "high variance", "high variance": "high bias"}.get(found, found)


@slip(VARIANCE, "validation_error - target_error > tolerance")
def variance_from_the_target():
    """The validation error is compared with the target. Then every model with high bias has high variance too: compare it with
    the training error."""


@slip(BIAS, "validation_error - target_error > tolerance")
def bias_from_the_validation_error():
    """The bias is taken from the validation error. It shows in training: train_error - target_error."""


@slip(BIAS, "train_error > tolerance")
def target_forgotten():
    """The training error is compared with the tolerance alone. Where the target is 0.5, an error of 0.5 is no bias: subtract
    the target first."""


@slip((BIAS, "train_error - target_error >= tolerance"), (VARIANCE, "validation_error - train_error >= tolerance"))
def equal_is_high():
    """A difference that just equals the tolerance is called high. It has to be greater: >, not >=."""


@slip(BIAS, "abs(train_error - target_error) > tolerance")
def better_than_the_target_is_high_bias():
    """A training error far below the target is called high bias. It is better than was asked for: leave the sign of the
    difference."""


@slip(VARIANCE, "abs(validation_error - train_error) > tolerance")
def better_in_validation_is_high_variance():
    """A validation error far below the training error is called high variance. That happens, as with dropout, and is nothing
    bad: leave the sign of the difference."""


@slip(BIAS, "(train_error - target_error) / (target_error or 1) > tolerance")
def relative_bias():
    """The bias is divided by the target. It is a plain difference."""


@slip('    if high_bias and high_variance:\n        return "both"\n', "")
def first_answer_wins():
    """A model with high bias and high variance is only said to have one of them. Ask for both before you ask for each."""


@slip('return "both"', 'return "high bias and high variance"')
def other_words():
    """The answer is in other words. The four strings are "both", "high bias", "high variance" and "good"."""


@slip((BIAS, "train_error < target_error - tolerance"), (VARIANCE, "validation_error < train_error - tolerance"))
def wrong_sign():
    """The differences have the wrong sign, so that what is better is called high. An error is bad where it is large: train_error
    - target_error."""
