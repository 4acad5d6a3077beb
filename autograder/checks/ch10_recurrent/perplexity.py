"""Checks of perplexity. A slip in the formula is paid once: elsewhere it is excused. Targets and masks are set, so that each way
to count wrongly shows with every seed; what the model says is drawn, and sums to 1, so that normalising again changes nothing."""

from math import exp, inf, nan

import torch

from autograder.checks.ch10_recurrent._shared import excused
from autograder.spec import LEFT_OUT, Exercise, drawn, real, rows, tensor

exercise = Exercise(entry="perplexity", gradients=False)
V = 5


def model(*shape):
    """Log-probabilities (..., V)."""
    return drawn(
        lambda d: torch.randn(*shape, V, generator=d.generator, dtype=torch.float64).log_softmax(-1).to(d.dtype)
    )


def mirrored(masked=0.0):
    """Log-probabilities (2, 4, V), the second sequence the first one from its end, so that both have the same mean. Where EVEN is
    False they may be all the same."""

    def draw(d):
        one = torch.randn(4, V, generator=d.generator, dtype=torch.float64).log_softmax(-1)
        found = torch.stack([one, one.flip(0)])
        return (found.where(torch.tensor(EVEN).unsqueeze(-1) > 0, masked) if masked else found).to(d.dtype)

    return drawn(draw)


def sure(*misses):
    """At each position the other of two tokens is all but certain: the target, 0, has minus this for its log-probability."""
    return tensor([[[-miss, 0.0] for miss in misses]])


def of(values):
    return tensor(values, torch.int64)


def where(mask):
    return tensor(mask, torch.bool)


MIRRORED = [[0, 3, 1, 2], [2, 1, 3, 0]]
EVEN = [[1, 0, 1, 0], [0, 1, 0, 1]]
TABLE = [[0, 3, 1, 0], [2, 0, 4, 3], [1, 2, 0, 4]]
UNEVEN = [[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 0]]
AXES = rows("log_probs targets", (model(6), of([0, 3, 1, 0, 2, 4])), (model(2, 1, 3), of([[[0, 3, 1]], [[4, 0, 2]]])))
AXES += rows("log_probs targets", (model(1), of([2])), (model(3, 1), of([[1], [0], [4]])), (model(3, 4), of(TABLE)))
MASKS = rows("log_probs targets mask", (model(3, 4), of(TABLE), where(UNEVEN)), (mirrored(), of(MIRRORED), where(EVEN)))
NOTHING = rows(
    "log_probs targets",
    (model(0, 3), drawn(lambda d: torch.zeros(0, 3, dtype=torch.int64))),
    (model(2, 0), of([[], []])),
)

perplexity = exercise.call("perplexity", log_probs=mirrored(), targets=of(MIRRORED), mask=LEFT_OUT, then=real)


@exercise.call(log_probs=mirrored(), targets=of(MIRRORED), mask=where(EVEN))
def of_counted(student, log_probs, targets, mask):
    found = real(student.perplexity(log_probs, targets, mask))
    return as_by_a_right_formula(student, found, log_probs, targets, mask)


def as_by_a_right_formula(student, found, log_probs, targets, mask):
    """The counted positions alone, in a row without a mask, show which formula it is. It has to depend on the model."""
    counted = torch.ones_like(targets) > 0 if mask is None else mask
    log_probs, targets = log_probs[counted].detach(), targets[counted]
    try:
        own, other = (
            real(student.perplexity(p, targets.clone())) for p in (log_probs, (2 * log_probs).log_softmax(-1))
        )
        logs = [float(row[token]) for row, token in zip(log_probs, targets, strict=True)]
        return found if own == other else excused(found, own, exp(-sum(logs) / len(logs)))
    except Exception:
        return found


@perplexity.check(points=1.25, cases=rows("mask", LEFT_OUT, None))
def is_exp_of_the_mean():
    """without a mask, is exp of minus the mean log-probability of the targets"""


@of_counted.check(points=0.5, mask=None, cases=AXES)
def takes_any_leading_axes():
    """takes one leading axis, two or three, and lets all positions count alike"""


@of_counted.check(points=0.75, cases=MASKS)
def counts_where_the_mask_says_so():
    """with a mask, takes the mean over all counted positions together, and over no others"""


@of_counted.check(points=0.25, targets=of([[0, -100, 1, 5], [10**12, 1, -1, 0]]))
def takes_any_target_that_is_masked():
    """takes -100 or any other integer for a target that does not count"""


@of_counted.check(points=0.5, cases=rows("log_probs", mirrored(-inf), mirrored(nan)))
def ignores_what_is_masked():
    """takes -inf and NaN for log-probabilities that do not count"""


@perplexity.check(
    points=0.25,
    needs=is_exp_of_the_mean,
    targets=of([[0, 0]]),
    cases=rows("log_probs", sure(inf, 1.0), sure(900.0, 700.0)),
)
def may_be_infinite():
    """is inf where a target that counts has the log-probability -inf, and where the mean is too large for exp"""


@perplexity.refuses(points=0.25, needs=(), cases=rows("mask", where([[0] * 4] * 2), where(EVEN), None) + NOTHING)
def refuses_to_count_nothing():
    """raises ValueError if no position counts, and only then"""


@perplexity.check(points=0.25, dtypes=("float64",), also=rows("log_probs targets", (sure(301.0, 299.5), of([[0, 0]]))))
def is_precise():
    """is computed in float64 where log_probs are float64"""


@exercise.check(points=0.25, log_probs=mirrored(), targets=of(MIRRORED))
def takes_log_probs_with_a_graph(student, log_probs, targets):
    """takes log_probs that require a gradient"""
    found = real(student.perplexity(log_probs.clone().requires_grad_(), targets))
    return as_by_a_right_formula(student, found, log_probs, targets, None)


returns_a_float = exercise.returns_python_numbers(
    "returns a Python float", points=0.25, name="returns_a_float", about=is_exp_of_the_mean
)
exercise.leaves_its_inputs_alone("leaves its arguments unchanged", points=0.25)
exercise.takes_views("takes tensors that are views of others, as log_probs.mT is", points=0.25)

exercise.hint(
    """Three tokens came, and the model had given them 1/2, 1/4 and 1/8. What is the mean of the three logarithms, and which single
    probability, the same at all three, would have given the same mean?"""
)
exercise.hint(
    """log_probs.gather(-1, targets.unsqueeze(-1)) takes from the last axis the entry of each target, whatever axes stand before
    it. Then one mean over all, a minus, and exp last: exp of each position first would be another mean.""",
    helps=[is_exp_of_the_mean, takes_any_leading_axes],
)
exercise.hint(
    """log_probs[mask] and targets[mask] have the counted positions alone, (m, V) and (m,), whatever axes there were. Nothing
    that is masked can do any harm then, neither a target of -100 nor a NaN: 0 * NaN is NaN, and so is 0 * -inf.""",
    helps=[counts_where_the_mask_says_so, takes_any_target_that_is_masked, ignores_what_is_masked],
)
exercise.hint(
    """math.exp raises OverflowError from 710 on, while torch.exp gives inf. Nothing else has to be done: no clamp, no eps.""",
    helps=[may_be_infinite, is_precise],
)
exercise.hint(
    """The mean of no numbers is NaN. Ask mask.any() first, with a mask of nothing but True where it is None, and raise
    ValueError. And .item() makes a Python float of a tensor.""",
    helps=[refuses_to_count_nothing, returns_a_float],
)

exercise.equivalent("another axis: 1 -> -1 (1 of 2)", "counted has two axes.")
exercise.equivalent("another axis: 1 -> -1 (2 of 2)", "counted has two axes.")
