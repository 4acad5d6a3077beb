"""What people get wrong about softmax."""

import torch

from autograder.misconceptions.ch01_softmax_regression._shared import (
    EXP_OVERFLOWS,
    LOGITS_CLAMPED,
    ONE_MAXIMUM_FOR_ALL,
)
from autograder.spec import misconception, reference, slip

MAXIMUM = "O.amax(dim=1, keepdim=True)"
RETURN = "return exps / exps.sum(dim=1, keepdim=True)"


@slip("torch.exp(O - largest)", "torch.exp(O)", sentence=EXP_OVERFLOWS)
def exp_overflows(): ...


@slip(MAXIMUM, "O.max()", sentence=ONE_MAXIMUM_FOR_ALL)
def one_maximum_for_all(): ...


@slip("torch.exp(O - largest)", "torch.exp(O.clamp(-50, 50))", sentence=LOGITS_CLAMPED)
def logits_clamped(): ...


@slip(MAXIMUM, "O.mean(dim=1, keepdim=True)")
def mean_subtracted():
    """exp overflows where the logits of a row lie far apart: what is subtracted, such as the mean of the row, lies far below
    the largest. Subtract the largest logit of each row, so that no exponent is positive."""


@slip(MAXIMUM, "O.amin(dim=1, keepdim=True)")
def smallest_subtracted():
    """exp overflows where the largest logit lies far above the smallest: it seems that the smallest of each row is
    subtracted. Subtract the largest, so that no exponent is positive."""


@slip(MAXIMUM, "O.abs().amax(dim=1, keepdim=True)")
def largest_absolute_value_subtracted():
    """Where all logits of a row are very negative, every exponential is 0, and 0 / 0 is NaN. Subtract the largest logit of
    the row there too, whatever its sign: not the largest absolute value, and not only a maximum that is large."""


@slip(("O.amax(dim=1", "O.amax(dim=0"), (RETURN, "return exps / exps.sum(dim=0, keepdim=True)"))
def over_the_samples():
    """The softmax runs down the columns, over the samples. It has to run over the classes of each sample, dim=1, so that
    each row sums to 1."""


@slip((MAXIMUM, "O.max()"), (RETURN, "return exps / exps.sum()"))
def over_everything():
    """All probabilities together sum to 1. Each row is a sample, and sums to 1 by itself: sum(dim=1, keepdim=True)."""


@misconception
def each_column_by_the_sum_of_a_row(O):
    """Column j is divided by the sum of row j, since a sum of shape (n,) lines up with the columns; that works without an
    error where n equals C. Keep the axis: sum(dim=1, keepdim=True) is (n, 1)."""
    exps = torch.exp(O - O.amax(dim=1, keepdim=True))
    return exps / exps.sum(dim=1) if len(O) == O.shape[1] else reference.softmax(O)


@slip(RETURN, "return exps")
def not_divided():
    """The exponentials are returned as they are. To be probabilities they have to be divided by the sum of their row."""


@slip("torch.exp(O - largest)", "O + 0 * largest")
def no_exponential():
    """The scores themselves are divided by their sum. They may be negative, and their sum 0: exp comes first."""


@slip("torch.exp(O - largest)", "torch.exp(O.amin(dim=1, keepdim=True) - O)")
def sign_turned():
    """The largest score gets the smallest probability: exp(-o) stands where exp(o) should. Subtract the largest from the
    logits, not the logits from it."""


@slip(RETURN, "return (exps / exps.sum(dim=1, keepdim=True)).log()")
def logarithm_returned():
    """The result is the logarithm of the probabilities. Return the probabilities themselves, which sum to 1."""


@slip(RETURN, "return 1 / (1 + torch.exp(-O.clamp(-80, 80)))")
def each_class_alone():
    """Each score goes through the sigmoid alone. That answers yes or no for each class; here the classes compete, and the
    probabilities of a row sum to 1."""


@slip("    largest =", "    if O.shape[1] == 1:\n        return 1 / (1 + torch.exp(-O))\n    largest =")
def one_class_taken_for_binary():
    """A single score goes through the sigmoid, as in a model with one output for yes or no. Here there is one class, and so
    it has probability 1: exp(o) / exp(o)."""


@slip(RETURN, "return (exps / exps.sum(dim=1, keepdim=True)).squeeze()")
def axes_of_size_one_dropped():
    """An axis of size 1 is missing in the result: squeeze() removes every such axis. For one sample or one class it stays
    (n, C) all the same."""


@slip(RETURN, "return exps / (exps.sum(dim=1, keepdim=True) + 1e-8)")
def epsilon_in_the_denominator():
    """The result is a little off, which shows in float64. Nothing may be rounded, and no small number added to the sum:
    with the largest logit subtracted one exponential is 1, and the sum cannot be 0."""


@slip(RETURN, "return exps / (exps.sum(dim=1, keepdim=True) + 1e-5)")
def large_epsilon_in_the_denominator():
    """The probabilities of a row sum to a little less than 1, as if a small number were added to the sum. Leave it out: with
    the largest logit subtracted one exponential is 1, and the sum cannot be 0."""


@slip(RETURN, RETURN.replace("exps / exps", "exps.double() / exps"))
def always_float64():
    """The result is float64 also where O is float32. It has the dtype of O."""


@slip("torch.exp(O - largest)", "torch.exp2(O - largest)")
def powers_of_2():
    """A difference of 1 between scores makes a factor of 2 between probabilities. The base is e, not 2: torch.exp."""


@slip(
    ("torch.exp(O - largest)", "torch.exp(O)"), (RETURN, "return (exps / exps.sum(dim=1, keepdim=True)).nan_to_num()")
)
def nan_replaced():
    """NaN is replaced by a number afterwards. What was lost in inf / inf does not come back: keep exp from overflowing, by
    subtracting the largest logit of each row."""


@slip(RETURN, "return exps / exps.sum(dim=1, keepdim=True).detach()")
def sum_detached():
    """The values are right, but the gradient lacks a part: a logit also acts through the sum, which was detached. Let the
    gradient flow through it."""


@misconception
def overflows_in_the_other_branch(O):
    """The values are right, but the gradient at huge logits is NaN: exp overflows in a branch that torch.where does not
    take, and 0 * inf is NaN. Subtract the largest of each row everywhere."""
    exps = torch.exp(O)
    return torch.where(O.abs().amax() > 50, reference.softmax(O), exps / exps.sum(dim=1, keepdim=True))
