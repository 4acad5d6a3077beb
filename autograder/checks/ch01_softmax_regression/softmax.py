"""Checks of softmax."""

from autograder.checks.ch01_softmax_regression._shared import (
    FAR_APART,
    GAPS,
    NEAR_HIGH,
    NEAR_LOW,
    NLL,
    apart,
    near_high,
)
from autograder.spec import Exercise, drawn, normal, rows, tensor

exercise = Exercise(entry="softmax", forbid=("softmax", "log_softmax", "logsumexp", NLL, "attention"))
softmax = exercise.call("softmax", O=normal("n", "classes", std=2), axes=("n", "classes"))


@softmax.check(points=3, also=rows("n classes", (3, 3), (6, 2), (1, 5)))
def divides_exponentials_by_their_sum():
    """is exp(o) divided by the sum of the exponentials of its row"""


@softmax.check(points=0.5, needs=divides_exponentials_by_their_sum, cases=rows("n classes", (1, 4), (3, 1), (1, 1)))
def takes_one_sample_and_one_class():
    """does the same for one sample, and for one class, which has probability 1"""


@softmax.check(points=1.5, cases=rows("O", *map(tensor, (GAPS, NEAR_HIGH, NEAR_LOW)), drawn(near_high)))
def is_right_at_huge_logits():
    """is right at logits of 1e4 and -1e4, without overflow or 0/0"""


@softmax.check(points=1, cases=rows("O", *map(tensor, (FAR_APART, FAR_APART[:2], FAR_APART[4:1:-1])), drawn(apart)))
def is_right_for_rows_far_apart():
    """is right where one row is near 1e4 and another near -1e4"""


exercise.lets_gradients_through(
    "lets the gradient flow to O", points=1.5, about=divides_exponentials_by_their_sum, name="lets_the_gradient_through"
)
has_a_finite_gradient = exercise.lets_gradients_through(
    "has the right gradient at huge logits too, never NaN",
    points=1,
    about=[is_right_at_huge_logits, is_right_for_rows_far_apart],
    name="has_a_finite_gradient",
)
exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.5)
exercise.takes_views(points=0.5)
exercise.leaves_its_inputs_alone("leaves O unchanged", points=0.5)

exercise.hint(
    """Take one row, [2, 1, -1], and write down what becomes of it: three exponentials, their sum, three quotients. Which
    axis of O do you go along for that?"""
)
exercise.hint(
    """O.sum(dim=1) has shape (n,), and (n, C) / (n,) divides column by column, if it works at all. With keepdim=True the
    sum is (n, 1) and goes with its row.""",
    helps=divides_exponentials_by_their_sum,
)
exercise.hint(
    """float32 holds numbers up to 3e38, and exp(89) is beyond. Adding c to all logits of a row multiplies numerator and
    denominator by exp(c), so nothing changes: choose c such that no exponent is positive and the largest is 0, because
    then the sum is at least 1.""",
    helps=[is_right_at_huge_logits, is_right_for_rows_far_apart],
)
exercise.hint(
    """O.max() is the largest logit of the whole batch. Subtracted from a row that lies far below, it leaves nothing but
    exponentials of 0, and 0 / 0. Each row needs its own: O.amax(dim=1, keepdim=True).""",
    helps=is_right_for_rows_far_apart,
)
exercise.hint(
    """torch.where computes both branches, and sends the gradient 0 into the one not taken, where 0 * inf is NaN. With the
    maximum of each row subtracted there is nothing to choose: one formula is right everywhere.""",
    helps=has_a_finite_gradient,
)
exercise.hint("""exps = torch.exp(O - O.amax(dim=1, keepdim=True)), and then divide by the sum of each row.""")
