"""Checks of mlp_backward. One sample shows what each step hands on; a batch, what becomes of the rows."""

import torch

from autograder.spec import OFF_GRID, Close, Exercise, Mistake, integers, named, normal, rows, tensor

exercise = Exercise(
    entry="mlp_loss_and_grads", forbid=("autograd", "backward_operators"), sizes={"n": (3, 7), "hidden": (6, 9)}
)
NET = {
    "X": normal("n", "inputs"),
    "y": integers("n", high="classes"),
    "W1": normal("inputs", "hidden"),
    "b1": normal("hidden", std=2, shift=OFF_GRID),
    "W2": normal("hidden", "classes", std=0.3),  # no probability is almost 0 or 1
    "b2": normal("classes"),
}
AXES = {"dW1": ("inputs", "hidden"), "dW2": ("hidden", "classes")}


# scale: the loss of one class is 0, as a difference of logits.
@exercise.call(**NET, part=["loss"], results=AXES, judge=Close(scale=1))
def results(student, X, y, W1, b1, W2, b2, part):
    with torch.inference_mode():
        found = named(student.mlp_loss_and_grads(X, y, W1, b1, W2, b2), "loss", "dW1", "db1", "dW2", "db2")
    return {name: found[name] for name in part}


def from_its_own_dO(got, want, X, W1, b1, W2):
    """The other gradients of one sample, less what follows from a wrong dO: for one sample db2 is dO itself."""
    if not got["db2"].any():
        raise Mistake("db2 is zero, so nothing can follow from it")
    X, W1, b1, W2, off = (t.double() for t in (X, W1, b1, W2, got["db2"] - want["db2"]))
    Z = X @ W1 + b1
    off_Z = (W2 @ off) * (Z > 0)
    less = {"dW2": Z.clamp(min=0).T * off, "dW1": X.T @ off_Z, "db1": off_Z[0]}
    return {name: (g - less[name]).to(g.dtype) for name, g in got.items() if name in less}


STEP = {"judge": Close(of=from_its_own_dO, scale=4)}
ONE = rows("n hidden classes", (1, 7, 3), (1, 8, 5), (1, 9, 2))
BATCH = rows("n inputs hidden classes", (12, 3, 6, 4), (4, 4, 4, 4), (2, 1, 1, 5), (5, 3, 7, 1))
# Sums of zeros, which stay 0 however the rest is rounded; in the last case Z is just above 0 in one place.
CROSSED = [[1.0, -1.0, 2.0], [0.0, 1.0, 0.0]]
AT_0 = (
    ([0.0, 0.0], CROSSED, [0.0, 0.5, 0.0]),
    ([1.0, 2.0], [[0.0] * 3] * 2, [0.0, 0.5, -0.5]),
    ([0.0, 3.0], CROSSED, [0.0, 1.0, 1e-5]),
)
KINKS = rows("n hidden X W1 b1", *((1, len(b1), tensor([X]), tensor(W1), tensor(b1)) for X, W1, b1 in AT_0))


def with_logits(logits, *labels):
    """A case in which H is the identity, and the logits are the rows of W2."""
    n = len(logits)
    first = {"X": tensor(torch.eye(n)), "W1": tensor(1.5 * torch.eye(n)), "b1": tensor([-0.5] * n)}
    return {**first, "W2": tensor(logits), "b2": tensor([0.0] * len(logits[0])), "y": tensor(labels)}


GAPS = [[1e4, -1e4, 0.0], [-1e4, 0.0, 1e4], [0.0, 1e4, -1e4], [1e4, -1e4, 9999.0]]
APART = [[1e4, 9999.0], [-1e4, -9999.0], [0.0, 1.5], [99.0, 100.0], [-800.0, -801.0]]  # no one maximum suits all rows
HUGE = [with_logits(GAPS, 0, 2, 1, 2), with_logits(APART, 1, 0, 0, 1, 1), with_logits(GAPS, 1, 0, 2, 0)]


@results.check(points=1.25, also=BATCH + ONE[:1])
def averages_the_losses():
    """loss is the mean cross-entropy of softmax(O), of shape ()"""


@results.check(points=0.75, cases=HUGE)
def is_right_at_huge_logits():
    """loss is right for logits from -1e4 to 1e4: a label 2e4 below the largest logit costs 2e4"""


@results.check(points=1.25, part=["db2"], cases=ONE)
def begins_with_the_logits():
    """db2 is prediction minus truth for a single sample, where it is dO"""


@results.check(points=1.25, part=["db2", "dW2"], cases=ONE, **STEP)
def goes_on_to_the_weights():
    """dW2 follows from dO for a single sample"""


@results.check(points=1.75, part=["db2", "dW1", "db1"], cases=ONE, **STEP)
def goes_through_the_relu():
    """dW1 and db1 follow from dO for a single sample: through W2, and through the units that are active"""


@results.check(points=0.5, part=["db2", "dW1", "db1"], cases=KINKS, **STEP)
def stops_at_exactly_0():
    """dW1 and db1 get nothing from a unit whose Z is exactly 0, and all from one just above 0"""


@results.check(points=0.75, part=["dW2", "db2"], also=BATCH)
def joins_the_rows_behind():
    """dW2 and db2 are those of the mean loss of a batch"""


@results.check(points=0.75, part=["dW1", "db1"], also=BATCH)
def joins_the_rows_in_front():
    """dW1 and db1 are those of the mean loss of a batch"""


@results.check(points=0.75, part=["dW2", "db2"], cases=HUGE)
def is_never_nan():
    """dW2 and db2 are right for logits from -1e4 to 1e4, never NaN"""


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25)
exercise.takes_views("takes tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves X, y and the parameters unchanged", points=0.5)

exercise.hint(
    """Write the shape beside each of Z, H, O and of their derivatives: dO is (n, C), dH and dZ are (n, h). There is hardly
    more than one way to multiply what you have into a dW2 of shape (h, C), and that is the right one."""
)
exercise.hint(
    """dO is softmax(O) less a 1 at the label of each row, divided by n because the loss is a mean over n rows. Divide here and
    nowhere else: all the other gradients are made from dO, and so they have the factor already.""",
    helps=[begins_with_the_logits, joins_the_rows_behind, joins_the_rows_in_front],
)
exercise.hint(
    """All rows use the same weights, so each adds its share to every gradient. H.T @ dO adds over the rows by itself. A bias is
    added to every row, so its gradient is the sum of dO over the rows, dim=0.""",
    helps=[goes_on_to_the_weights, joins_the_rows_behind, joins_the_rows_in_front],
)
exercise.hint(
    """dH = dO @ W2.T, because W2[j, k] is what unit j counts for in logit k. The ReLU passes it on where its own input Z was
    positive: dZ = dH * (Z > 0). At 0 the derivative is 0, and the sign of dH does not matter.""",
    helps=[goes_through_the_relu, stops_at_exactly_0],
)
exercise.hint(
    """F.cross_entropy(O, y) and torch.softmax(O, dim=1) subtract the largest logit of each row before they take exponentials,
    and so they stay finite. The logarithm of a softmax does not: a probability that was rounded to 0 costs inf.""",
    helps=[is_right_at_huge_logits, is_never_nan],
)
exercise.hint(
    """dW1 = X.T @ dZ and db1 = dZ.sum(dim=0) repeat dW2 = H.T @ dO and db2 = dO.sum(dim=0), because both layers are of the same
    kind: what came in, transposed, times the derivative of what went out.""",
    helps=[goes_through_the_relu, joins_the_rows_in_front],
)
