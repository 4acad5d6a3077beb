"""Checks of mlp_backward. One sample shows what each step hands on; a batch, what becomes of the rows."""

import torch

from autograder.spec import (
    OFF_GRID,
    Close,
    Exercise,
    Mistake,
    drawn,
    filled,
    known_by_shape,
    named,
    normal,
    rows,
    tensor,
    uniform,
)

exercise = Exercise(
    entry="mlp_loss_and_grads", forbid=("autograd", "backward_operators"), sizes={"n": (3, 7), "hidden": (6, 9)}
)
NAMES = ("loss", "dW1", "db1", "dW2", "db2")


def labels(d):
    """Labels of which at least one is the last class: a mistake in the width of the one-hot rows is paid once."""
    found = torch.randint(d.size("classes"), d.shape(["n"]), generator=d.generator)
    found[torch.randint(len(found), (), generator=d.generator)] = d.size("classes") - 1
    return found


# Every unit is active, b1 is 0 and no logit is negative: what is wrong with b1 or with a ReLU is paid elsewhere.
NET = {
    "X": uniform("n", "inputs", low=0.1, high=1.0),
    "y": drawn(labels, "n"),
    "W1": uniform("inputs", "hidden", low=0.1, high=1.0),
    "b1": filled(0.0, "hidden"),
    "W2": normal("hidden", "classes", std=0.3),  # no probability is almost 0 or 1
    "b2": normal("classes", mean=12.0),
}
HIDDEN = {
    "X": normal("n", "inputs"),
    "W1": normal("inputs", "hidden"),
    "b1": normal("hidden", std=2, shift=OFF_GRID),
    "b2": normal("classes"),
}
AXES = {"dW1": ("inputs", "hidden"), "dW2": ("hidden", "classes")}


# scale: the loss of one class is 0, as a difference of logits.
@exercise.call(**NET, of=["loss"], results=AXES, judge=Close(scale=1))
def results(student, X, y, W1, b1, W2, b2, of):
    with torch.inference_mode():
        found = named(student.mlp_loss_and_grads(X, y, W1, b1, W2, b2), *NAMES)
    shapes = dict(zip(NAMES, [(), W1.shape, b1.shape, W2.shape, b2.shape], strict=True))
    found = known_by_shape(found, shapes)
    return {name: found[name] for name in of}


def from_dO(name):
    """Judges one gradient of a single sample, less what follows from a wrong dO: for one sample db2 is dO itself."""

    def of(got, want, X, W1, b1, W2):
        if not got["db2"].any():
            raise Mistake("db2 is zero, so nothing can follow from it")
        X, W1, b1, W2, off = (t.double() for t in (X, W1, b1, W2, got["db2"] - want["db2"]))
        Z = X @ W1 + b1
        off_Z = (W2 @ off) * (Z > 0)
        less = {"dW2": Z.clamp(min=0).T * off, "dW1": X.T @ off_Z, "db1": off_Z[0]}
        return {name: (got[name] - less[name]).to(got[name].dtype)}

    return Close(of=of, scale=4)


def change(got):
    """By how much results differ from what they were before another call."""
    return [(first - before).abs().max() for first, before in zip(got["first"], got["before"], strict=True)]


def shapes(got):
    """The shapes alone: the numbers are other checks' matter."""
    return {name: str(tuple(part.shape)) for name, part in got.items()}


ONE = rows("n hidden classes", (1, 7, 3), (1, 8, 5), (1, 9, 2))
BATCH = rows("n inputs hidden classes", (12, 3, 6, 4), (2, 4, 7, 5))
ODD = rows("n inputs hidden classes", (4, 4, 4, 4), (2, 1, 1, 5), (5, 3, 7, 1))
# Sums of zeros, which stay 0 however the rest is rounded; in the last case Z is just above 0 in one place.
CROSSED = [[1.0, -1.0, 2.0], [0.0, 1.0, 0.0]]
AT_0 = (
    ([0.0, 0.0], CROSSED, [0.0, 0.5, 0.0]),
    ([1.0, 2.0], [[0.0] * 3] * 2, [0.0, 0.5, -0.5]),
    ([0.0, 3.0], CROSSED, [0.0, 1.0, 1e-5]),
)


def given(values, *dims):
    """These values, with names for their axes."""
    return drawn(lambda d: torch.tensor(values, dtype=d.dtype), *dims)


KINKS = rows(
    "n inputs hidden X W1 b1",
    *((1, 2, 3, given([X], "n", "inputs"), given(W1, "inputs", "hidden"), given(b1, "hidden")) for X, W1, b1 in AT_0),
)


def with_logits(logits, *labels):
    """A case in which H is the identity, and the logits are the rows of W2."""
    n = len(logits)
    first = {"X": tensor(torch.eye(n)), "W1": tensor(torch.eye(n)), "b1": tensor([0.0] * n)}
    return {**first, "W2": tensor(logits), "b2": tensor([0.0] * len(logits[0])), "y": tensor(labels)}


GAPS = [[1e4, -1e4, 0.0], [-1e4, 0.0, 1e4], [0.0, 1e4, -1e4], [1e4, -1e4, 9999.0]]
APART = [[1e4, 9999.0], [-1e4, -9999.0], [0.0, 1.5], [99.0, 100.0], [-800.0, -801.0]]  # no one maximum suits all rows
HUGE = [with_logits(GAPS, 0, 2, 1, 2), with_logits(APART, 1, 0, 0, 1, 1), with_logits(GAPS, 1, 0, 2, 0)]
HUGE[0]["W2"] = drawn(lambda d: torch.tensor(GAPS, dtype=d.dtype) - torch.randint(100, (4, 3), generator=d.generator))


@results.check(points=0.75, also=BATCH)
def averages_the_losses():
    """loss is the mean cross-entropy of softmax(O)"""


@results.check(points=0.5, cases=ONE, **HIDDEN)
def goes_through_the_hidden_layer():
    """loss is right where b1 is not 0 and where some of the hidden units are inactive"""


@results.check(points=0.75, cases=HUGE)
def is_right_at_huge_logits():
    """loss is right for logits from -1e4 to 1e4: a label 2e4 below the largest logit costs 2e4"""


@results.check(points=1, of=["db2"], cases=ONE)
def begins_with_the_logits():
    """db2 is prediction minus truth for a single sample, where it is dO"""


@results.check(points=1, of=["db2", "dW2"], cases=ONE, judge=from_dO("dW2"), **HIDDEN)
def goes_on_to_the_weights():
    """dW2 follows from dO for a single sample"""


@results.check(points=1, of=["db2", "dW1"], cases=ONE, judge=from_dO("dW1"), **HIDDEN)
def goes_through_the_relu():
    """dW1 follows from dO for a single sample: through W2, and through the units that are active"""


@results.check(points=0.75, of=["db2", "db1"], cases=ONE, judge=from_dO("db1"), **HIDDEN)
def goes_on_to_the_hidden_bias():
    """db1 follows from dO for a single sample: through W2, and through the units that are active"""


@results.check(points=0.5, of=["db2", "dW1"], cases=KINKS, judge=from_dO("dW1"))
def stops_at_exactly_0():
    """dW1 gets nothing from a unit whose Z is exactly 0, and all from one just above 0"""


@results.check(points=0.5, of=["dW1", "dW2"], also=BATCH)
def joins_the_rows_in_the_weights():
    """dW1 and dW2 are those of the mean loss of a batch"""


@results.check(points=0.75, of=["db1", "db2"], also=BATCH)
def joins_the_rows_in_the_biases():
    """db1 and db2 are those of the mean loss of a batch"""


@results.check(points=0.5, of=["dW2", "db2"], cases=HUGE)
def is_never_nan():
    """dW2 and db2 are right for logits from -1e4 to 1e4, never NaN"""


@results.check(points=0.5, needs=begins_with_the_logits, judge=Close(of=shapes), cases=BATCH)
def returns_them_in_order(student, X, y, W1, b1, W2, b2):
    """returns (loss, dW1, db1, dW2, db2) in this order, loss of the shape () and each gradient of that of its parameter"""
    with torch.inference_mode():
        return named(student.mlp_loss_and_grads(X, y, W1, b1, W2, b2), *NAMES)


@results.check(
    points=0.25, of=NAMES, y=drawn(lambda d: torch.zeros(d.shape(["n"]), dtype=torch.int64), "n"), cases=BATCH
)
def takes_any_labels():
    """all results are right too where the last classes do not occur as labels"""


@results.check(
    points=0.25,
    of=NAMES,
    cases=ODD,
    needs=[averages_the_losses, joins_the_rows_in_the_weights, joins_the_rows_in_the_biases, returns_them_in_order],
)
def takes_any_sizes():
    """all results are right too for one class, for one hidden unit, and where all sizes are equal"""


@results.check(points=0.25, needs=begins_with_the_logits, judge=Close(of=change, scale=1))
def keeps_no_results(student, X, y, W1, b1, W2, b2):
    """what it returned stays as it was when it is called again"""
    with torch.inference_mode():
        first = student.mlp_loss_and_grads(X, y, W1, b1, W2, b2)
        kept = [part.clone() for part in first]
        student.mlp_loss_and_grads(X + 1, y, W1, b1, W2, b2)
        return {"first": tuple(first), "before": tuple(kept)}


exercise.keeps_the_dtype("works in float64 too, to its full precision", points=0.25)
exercise.takes_views("takes tensors that are views of others, as X.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves X, y and the parameters unchanged", points=0.25)

exercise.hint(
    """Write the shape beside each of Z, H, O and of their derivatives: dO is (n, C), dH and dZ are (n, h). There is hardly
    more than one way to multiply what you have into a dW2 of shape (h, C), and that is the right one."""
)
exercise.hint(
    """dO is softmax(O) less a 1 at the label of each row, divided by n because the loss is a mean over n rows. Divide here and
    nowhere else: all the other gradients are made from dO, and so they have the factor already.""",
    helps=[begins_with_the_logits, joins_the_rows_in_the_weights, joins_the_rows_in_the_biases],
)
exercise.hint(
    """All rows use the same weights, so each adds its share to every gradient. H.T @ dO adds over the rows by itself. A bias is
    added to every row, so its gradient is the sum of dO over the rows, dim=0.""",
    helps=[goes_on_to_the_weights, joins_the_rows_in_the_weights, joins_the_rows_in_the_biases],
)
exercise.hint(
    """dH = dO @ W2.T, because W2[j, k] is what unit j counts for in logit k. The ReLU passes it on where its own input Z was
    positive: dZ = dH * (Z > 0). At 0 the derivative is 0, and the sign of dH does not matter.""",
    helps=[goes_through_the_relu, goes_on_to_the_hidden_bias, stops_at_exactly_0],
)
exercise.hint(
    """F.cross_entropy(O, y) and torch.softmax(O, dim=1) subtract the largest logit of each row before they take exponentials,
    and so they stay finite. The logarithm of a softmax does not: a probability that was rounded to 0 costs inf.""",
    helps=[is_right_at_huge_logits, is_never_nan],
)
exercise.hint(
    """dW1 = X.T @ dZ and db1 = dZ.sum(dim=0) repeat dW2 = H.T @ dO and db2 = dO.sum(dim=0), because both layers are of the same
    kind: what came in, transposed, times the derivative of what went out.""",
    helps=[goes_through_the_relu, goes_on_to_the_hidden_bias, joins_the_rows_in_the_weights],
)
