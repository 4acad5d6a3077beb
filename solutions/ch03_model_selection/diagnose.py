"""What ails a model: three errors tell whether it is too simple, or remembers more than it understands.

Bias is how far the training error lies above what can be reached, such as the error of people at the same task: the
model cannot even do what it was shown. Variance is how far the validation error lies above the training error: the
model does what it was shown, and not what is new. Each has remedies of its own: more samples do not help against bias.

Read: Ng, Machine Learning Yearning, chapters 20 to 27; Dive into Deep Learning, section 3.6.
"""


def diagnose(train_error: float, validation_error: float, target_error: float, tolerance: float) -> str:
    """Whether a model has high bias, high variance, both or neither.

    train_error, validation_error: Python floats, which may be negative, as a loss may. target_error: the error that
    can be reached. tolerance: by how much an error may lie above the one that it is compared with, at least 0.

    bias is train_error - target_error, variance is validation_error - train_error. Each is high if it is greater than
    the tolerance, however little; equal to it is not high, and neither is a negative difference of any size.
    Returns "both", "high bias", "high variance", or "good" where neither is high: exactly one of these strings.
    """
    # TODO: two differences, each compared with the tolerance.
    # TODO: four cases, four answers.
    ### BEGIN SOLUTION
    high_bias = train_error - target_error > tolerance
    high_variance = validation_error - train_error > tolerance
    if high_bias and high_variance:
        return "both"
    if high_bias:
        return "high bias"
    return "high variance" if high_variance else "good"
    ### END SOLUTION
