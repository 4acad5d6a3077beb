"""What people get wrong about diagnose."""

from autograder.spec import misconception, reference, slip

BIAS = "train_error - target_error > tolerance"
VARIANCE = "validation_error - train_error > tolerance"
WRONG_BIAS = "target_error - train_error > tolerance"
WRONG_VARIANCE = "train_error - validation_error > tolerance"
BOTH = '    if high_bias and high_variance:\n        return "both"\n'


@misconception
def names_swapped(train_error, validation_error, target_error, tolerance):
    """Bias and variance are the wrong way round. Bias shows in training already, against the target; variance is what comes
    on top in validation."""
    found = reference.diagnose(train_error, validation_error, target_error, tolerance)
    return {"high bias": "high variance", "high variance": "high bias"}.get(found, found)


@slip(VARIANCE, "validation_error - target_error > tolerance")
def variance_from_the_target():
    """A model with high bias is said to have high variance too, though it is as good in validation as in training. The
    validation error is compared with the training error, not with the target."""


@slip(BIAS, "validation_error - target_error > tolerance")
def bias_from_the_validation_error():
    """A model that reaches the target in training is said to have high bias, though it is bad in validation alone. Bias shows
    in training: train_error - target_error."""


@slip(BIAS, "train_error > tolerance")
def target_forgotten():
    """A model that reaches its target is called bad where the target is high. Where it is 0.5, an error of 0.5 is no bias:
    subtract the target from the training error."""


@slip((BIAS, "train_error - target_error > 0"), (VARIANCE, "validation_error - train_error > 0"))
def tolerance_ignored():
    """Any difference above 0 is called high. A few tenths of a per cent say nothing: each difference has to be greater than the
    tolerance."""


EQUAL = "A difference that just equals the tolerance is called high. It has to be greater: >, not >=."
SIGN = """What is better is called high, and what is worse is not: a difference has the wrong sign. An error is bad where it is
large: train_error - target_error, and validation_error - train_error."""


@slip((BIAS, BIAS.replace(">", ">=")), (VARIANCE, VARIANCE.replace(">", ">=")), sentence=EQUAL)
def equal_is_high(): ...


@slip(BIAS, BIAS.replace(">", ">="), sentence=EQUAL)
def equal_bias_is_high(): ...


@slip(VARIANCE, VARIANCE.replace(">", ">="), sentence=EQUAL)
def equal_variance_is_high(): ...


@slip((BIAS, f"{BIAS} + 1e-5"), (VARIANCE, f"{VARIANCE} + 1e-5"))
def nearly_equal_is_not_high():
    """A difference that is greater than the tolerance by a little is not called high, since it was rounded, or something was
    added to the tolerance. Compare the two with > as they are."""


@slip(BIAS, "abs(train_error - target_error) > tolerance")
def better_than_the_target_is_high_bias():
    """A training error far below the target is called high bias. It is better than was asked for: leave the sign of the
    difference."""


@slip(VARIANCE, "abs(validation_error - train_error) > tolerance")
def better_in_validation_is_high_variance():
    """A validation error far below the training error is called high variance. That happens, as with dropout, and is nothing
    bad: leave the sign of the difference."""


@slip(VARIANCE, "validation_error - max(train_error, target_error) > tolerance")
def variance_above_the_target_only():
    """Where the training error is below the target, a validation error far above it is still called good. That is high variance
    all the same: it does not depend on the target."""


@slip(BIAS, "(train_error - target_error) / (target_error or 1) > tolerance")
def relative_bias():
    """The same difference is called high with one target and not with another. It is not divided by the target, nor is the
    tolerance multiplied by it: bias is a plain difference."""


@slip(BOTH, "")
def first_answer_wins():
    """A model with high bias and high variance is only said to have high bias. "both" is not answered at all, or too late, after another answer,
    or under a condition that is too strict: ask first whether both are high."""


@slip('return "both"', 'return "high variance"')
def variance_wins():
    """A model with high bias and high variance is only said to have high variance. "both" is not answered at all, or too late,
    after another answer, or under a condition that is too strict: ask first whether both are high."""


@slip('return "both"', 'return "high bias and high variance"')
def other_words():
    """The answer is not letter by letter one of the four strings "both", "high bias", "high variance" and "good": other words,
    capital letters or spaces make another string."""


@slip((BIAS, WRONG_BIAS), (VARIANCE, WRONG_VARIANCE), sentence=SIGN)
def wrong_signs(): ...


@slip(BIAS, WRONG_BIAS, sentence=SIGN)
def wrong_sign_of_the_bias(): ...


@slip(VARIANCE, WRONG_VARIANCE, sentence=SIGN)
def wrong_sign_of_the_variance(): ...
