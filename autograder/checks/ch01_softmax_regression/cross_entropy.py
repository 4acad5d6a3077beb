"""Checks of cross_entropy."""

import torch

from autograder.spec import Draw, Exercise, drawn, integers, rows, tensor, uniform

exercise = Exercise(entry="cross_entropy", forbid=("cross_entropy", "log_softmax"))


def distributions(d: Draw):
    """Rows of probabilities above 0 that sum to 1, with two decimals."""
    n, classes = d.shape(("n", "classes"))
    shares = torch.rand(n, classes, generator=d.generator, dtype=torch.float64) + 0.2
    hundredths = (100 * shares / shares.sum(1, keepdim=True)).floor()
    hundredths[:, -1] += 100 - hundredths.sum(1)
    return (hundredths / 100).to(d.dtype)


cross_entropy = exercise.call(
    "cross_entropy", probs=drawn(distributions, "n", "classes"), y=integers("n", high="classes"), axes=("n",)
)
TINY = [[1e-12, 0.75, 0.25 - 1e-12], [0.25, 1e-30, 0.75], [0.625, 0.375 - 1e-7, 1e-7], [0.25, 0.125, 0.625]]
IMPOSSIBLE = [[0.0, 0.75, 0.25], [0.625, 0.0, 0.375], [0.5, 0.375, 0.125]]
ZEROS = [[1.0, 0.0, 0.0], [0.0, 0.25, 0.75], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]


@cross_entropy.check(points=1.5, also=rows("n classes", (3, 3), (4, 2), (2, 5)))
def takes_the_probability_of_the_label():
    """is -log of the probability of each label, one loss a sample"""


@cross_entropy.check(
    points=0.25,
    needs=takes_the_probability_of_the_label,
    cases=rows("n classes", (1, 4), (1, 2), (3, 1), (1, 1)),
)
def takes_one_sample_and_one_class():
    """does the same for one sample, in shape (1,), and for one class, whose probability is 1"""


@cross_entropy.check(
    points=0.5,
    probs=uniform("n", "classes", low=0.1, high=3.0),
    also=rows("classes", 1) + rows("probs", uniform("n", "classes", low=0.01, high=0.1)),
)
def takes_probs_as_they_are():
    """takes probs as they are, also where a row does not sum to 1"""


@cross_entropy.check(points=0.5, probs=tensor(TINY), y=tensor([0, 1, 2, 0]))
def is_exact_for_tiny_probabilities():
    """is exact for tiny probabilities, down to 1e-30"""


@cross_entropy.check(
    points=0.5, needs=takes_the_probability_of_the_label, probs=tensor(IMPOSSIBLE), y=tensor([0, 1, 1])
)
def costs_infinitely_much_at_0():
    """is inf where the label has probability 0"""


@cross_entropy.check(points=0.5, probs=tensor(ZEROS), y=tensor([0, 1, 0, 2]))
def passes_over_zeros_of_other_classes():
    """is not changed by a 0 at another class: never NaN, and 0 where the label has probability 1"""


exercise.lets_gradients_through(
    "lets the gradient flow to probs: -1/p at the label, exactly 0 elsewhere",
    name="lets_the_gradient_through",
    points=0.25,
    zeros=True,
    except_for=[costs_infinitely_much_at_0, passes_over_zeros_of_other_classes],
)
has_a_gradient_beside_zeros = exercise.lets_gradients_through(
    "has the right gradient where another class has probability 0, never NaN",
    name="has_a_gradient_beside_zeros",
    points=0.25,
    zeros=True,
    about=passes_over_zeros_of_other_classes,
)
exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25)
exercise.takes_views("takes tensors that are views of others, as probs.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves probs and y unchanged", points=0.25)

exercise.hint(
    """For probs = [[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]] and y = [0, 2] only two of the six numbers matter. Which?"""
)
exercise.hint(
    """probs[:, y] takes all columns in y for every row, and is (n, n). To take one column in each row, index with two tensors
    of the same length, because they are read in pairs: probs[torch.arange(n), y]. Or gather along dim=1.""",
    helps=takes_the_probability_of_the_label,
)
exercise.hint(
    """0 * log(0) is 0 * -inf, NaN, and a sum with it is NaN too. So pick the entry of the label first and take its logarithm
    after that, because then the other entries never meet the logarithm.""",
    helps=[passes_over_zeros_of_other_classes, has_a_gradient_beside_zeros],
)
exercise.hint(
    """A clamp, or an epsilon in the logarithm, changes every small probability, and makes -log(0) a number that looks like
    an honest loss. It is asked for as it is, inf included.""",
    helps=[is_exact_for_tiny_probabilities, costs_infinitely_much_at_0],
)
exercise.hint(
    """torch.where(mask, torch.log(probs), 0) has the right value, and yet the gradient NaN at a 0: where sends the gradient
    0 back into the logarithm, and 0 / 0 is NaN. Choose before the logarithm.""",
    helps=has_a_gradient_beside_zeros,
)
exercise.hint("""One line: -torch.log(probs[torch.arange(len(y)), y]).""")
