"""Checks of softmax_cross_entropy."""

import torch

from autograder.checks.ch01_softmax_regression._shared import (
    FAR_APART,
    GAPS,
    NEAR_HIGH,
    NEAR_LOW,
    NLL,
    apart,
    gaps,
    near_high,
)
from autograder.spec import Close, Draw, Exercise, drawn, integers, rows, tensor, uniform

exercise = Exercise(
    entry=("softmax_cross_entropy", "softmax_cross_entropy_grad"),
    forbid=("log_softmax", "logsumexp", NLL),
    sizes={"n": (4, 7), "classes": (3, 6)},
)


def uneven(d: Draw):
    """Labels of which all but one are equal; the last of three or more classes does not occur."""
    n, classes = d.shape(("n", "classes"))
    most = max(classes - 1, 2)
    first, step, place = (
        int(torch.randint(*ends, (), generator=d.generator)) for ends in ((0, most), (1, most), (0, n))
    )
    return torch.full((n,), first).index_fill(0, torch.tensor(place), (first + step) % most)


LOGITS = {"logits": uniform("n", "classes", low=-1.0), "y": drawn(uneven, "n")}
loss = exercise.call("softmax_cross_entropy", **LOGITS)


@exercise.call(**LOGITS, axes=("n", "classes"))
def gradient(student, logits, y):
    with torch.inference_mode():
        return student.softmax_cross_entropy_grad(logits, y)


def labelled(*pairs):
    found = (tensor(logits) if isinstance(logits, list) else logits for logits, _y in pairs)
    return rows("logits y", *zip(found, (tensor(y) for _logits, y in pairs), strict=True))


ANY = integers("n", high="classes")
SHAPES = rows("n classes", (3, 3), (6, 2), (2, 5)) + rows("n classes y", (6, 4, ANY))
ONE = rows("n classes y", (1, 4, ANY), (1, 1, ANY), (3, 1, ANY))
# The last class is always among the labels here, and its absence a matter of the checks above alone.
WON = labelled((GAPS, [0, 2, 1, 2]), (NEAR_HIGH, [1, 2]), (NEAR_LOW, [2, 0]), (drawn(near_high), [0, 2]))
LOST = labelled((GAPS, [1, 0, 2, 1]), (GAPS, [2, 1, 0, 0]), (GAPS[1:3], [0, 2]), (drawn(gaps), [1, 0, 2]))
APART = labelled((FAR_APART, [1, 0, 0, 1, 1]), (FAR_APART[:2], [0, 1]), (drawn(apart), [0, 2]))


@loss.check(points=2, also=SHAPES)
def averages_the_losses():
    """softmax_cross_entropy is the mean of log(sum of exp(o_k)) - o_y, in shape ()"""


@loss.check(points=0.25, needs=averages_the_losses, judge=Close(scale=1), cases=ONE)
def takes_one_sample_and_one_class():
    """softmax_cross_entropy does the same for one sample, and for one class, where it is 0"""


@loss.check(points=1, cases=WON + APART)
def is_right_at_huge_logits():
    """softmax_cross_entropy is right at logits of 1e4 and -1e4, in any mixture"""


@loss.check(points=1, cases=LOST + labelled((GAPS[2:3], [2])))
def costs_what_the_label_lies_below():
    """softmax_cross_entropy costs 2e4 for a label 2e4 below the largest logit: not inf, and not capped"""


@gradient.check(points=2, forbid="autograd", also=SHAPES)
def subtracts_the_truth():
    """softmax_cross_entropy_grad is (softmax(logits) - one_hot(y)) / n"""


@gradient.check(points=0.25, forbid="autograd", needs=subtracts_the_truth, judge=Close(scale=1), cases=ONE)
def subtracts_for_one_sample_and_one_class():
    """softmax_cross_entropy_grad does the same for one sample, and for one class, where it is 0"""


@gradient.check(points=0.75, forbid="autograd", cases=WON + APART + LOST)
def subtracts_at_huge_logits():
    """softmax_cross_entropy_grad is right at logits of 1e4 and -1e4, in any mixture"""


exercise.lets_gradients_through(
    "softmax_cross_entropy lets the gradient flow to logits",
    name="lets_the_gradient_through",
    points=0.75,
    about=averages_the_losses,
)
has_a_finite_gradient = exercise.lets_gradients_through(
    "softmax_cross_entropy has the right gradient at huge logits too, never NaN",
    name="has_a_finite_gradient",
    points=0.75,
    about=[is_right_at_huge_logits, costs_what_the_label_lies_below],
)
exercise.keeps_the_dtype("both work in float64 too, to its full precision", points=0.5)
exercise.takes_views("both take tensors that are views of others, as logits.T is", points=0.25)
exercise.leaves_its_inputs_alone("both leave logits and y unchanged", points=0.5)

exercise.hint(
    """Do not go through the probabilities. Write -log(exp(o_y) / sum) as a difference of two logarithms: one of them undoes
    an exponential at once."""
)
exercise.hint(
    """The logarithm of a probability that was rounded to 0 is -inf, and a clamp or an epsilon puts a bound in its place. In
    log(sum of exp(o_k)) - o_y neither is needed, because no probability occurs in it.""",
    helps=costs_what_the_label_lies_below,
)
exercise.hint(
    """Subtract from each row its own largest logit first: the loss stays the same, because both terms fall by that number.
    Then every exponent is at most 0, one of them is 0, and the sum is between 1 and C.""",
    helps=[is_right_at_huge_logits, has_a_finite_gradient],
)
exercise.hint(
    """Raise one logit a little: the log-sum-exp rises by the probability of its class, and o_y rises by 1 if it is the
    label's. So each row of the gradient is probabilities - one-hot, and the mean makes 1/n of it.""",
    helps=gradient,
)
exercise.hint(
    """probs[:, y] -= 1 subtracts from all rows in every column of y. One place in each row is probs[torch.arange(n), y], or
    subtract F.one_hot(y, C). And logits may not be written into, because the caller still needs them.""",
    helps=subtracts_the_truth,
)
exercise.hint(
    """With shifted = logits - logits.amax(dim=1, keepdim=True) the loss is the mean of
    shifted.exp().sum(dim=1).log() - shifted[torch.arange(n), y].""",
    helps=loss,
)
