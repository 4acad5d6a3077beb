"""Checks of learning_rate."""

import torch

from autograder.spec import Close, Draw, Exercise, drawn, filled, has_graph, named, normal, rows, tensor

exercise = Exercise(
    entry=("descend", "largest_rate", "condition_number"), sizes={"n": (6, 9), "d": (2, 4)}, gradients=False
)
SHAPES = rows("n d", (1, 1), (1, 3), (5, 1), (4, 4), (3, 5))
# Two columns that are orthogonal, so that A has the eigenvalues 9 and 1: rates above 2/9 diverge.
BOWL = tensor([[3.0, 1.0], [3.0, -1.0], [-3.0, 1.0], [-3.0, -1.0]])
# The same, turned by an angle with the sine 0.6: the condition number is 1e4.
NARROW = tensor([[79.4, 60.8], [80.6, 59.2], [-80.6, -59.2], [-79.4, -60.8]])


def unequal(d: Draw):
    """Columns of different size."""
    values = torch.randn(d.size("n"), 3, generator=d.generator, dtype=torch.float64)
    return (values * torch.tensor([1.0, 7.0, 30.0])).to(d.dtype)


def dependent(d: Draw):
    """Whole numbers, the last column the sum of the others, so that the rank is below the number of columns exactly."""
    values = torch.randint(-5, 6, (d.size("n"), 3), generator=d.generator)
    return torch.cat([values, values.sum(1, keepdim=True)], 1).to(d.dtype)


def nearly_dependent(d: Draw):
    """Two columns, the second 1e-9 times as large: the rank of X is 2, but X^T X has an eigenvalue of 1e-18."""
    values = torch.randn(d.size("n"), 2, generator=d.generator, dtype=torch.float64)
    return (values * torch.tensor([1.0, 1e-9])).to(d.dtype)


def tuned(d: Draw):
    """Columns around other means than 0 and of different size."""
    values = torch.randn(d.size("n") * 4, 3, generator=d.generator, dtype=torch.float64)
    return (values * torch.tensor([1.0, 4.0, 20.0]) + torch.tensor([2.0, 4.0, -10.0])).to(d.dtype)


@exercise.call(X=normal("n", "d"), y=normal("n"), lr=0.05, num_steps=3)
def weights(student, X, y, lr, num_steps):
    return named(student.descend(X, y, lr, num_steps), "w", "losses")["w"]


@exercise.call(X=normal("n", "d"), y=normal("n"), lr=0.05, num_steps=3)
def losses(student, X, y, lr, num_steps):
    return named(student.descend(X, y, lr, num_steps), "w", "losses")["losses"]


@weights.check(points=1.5, also=rows("num_steps", 1, 2, 30) + rows("lr", 0.2, 0.001) + SHAPES)
def follows_the_gradient():
    """descend takes num_steps steps w <- w - lr * gradient from w = 0, with the gradient of the mean over all rows"""


@losses.check(
    points=1,
    also=rows("num_steps", 1, 2, 30) + rows("lr", 0.2, 0.001) + SHAPES + rows("y", filled(0.0, "n")),
)
def keeps_the_losses():
    """losses[k] of descend is the mean of (<x, w> - y)^2 / 2 after k steps, losses[0] that for w = 0"""


@exercise.call(X=normal("n", "d"), y=normal("n"), lr=0.1)
def at_the_start(student, X, y, lr):
    return named(student.descend(X, y, lr, 0), "w", "losses")


@at_the_start.check(points=0.5)
def may_take_no_step():
    """descend with num_steps = 0 returns w = 0 and one loss"""


def of_the_end(got, num_steps):
    losses = got["losses"]
    if losses.shape != (num_steps + 1,):
        return {"number of losses": len(losses)}
    ends = {"the last loss is finite": losses[-1], "w is finite": got["w"]}
    return {"number of losses": len(losses), **{name: bool(end.isfinite().all()) for name, end in ends.items()}}


@losses.check(
    points=0.5,
    judge=Close(of=of_the_end),
    X=BOWL,
    y=normal(4),
    cases=rows("lr num_steps", (3.0, 130), (100.0, 80)),
)
def goes_on_where_it_diverges(student, X, y, lr, num_steps):
    """descend takes all its steps, even if the loss grows beyond all bounds"""
    return named(student.descend(X, y, lr, num_steps), "w", "losses")


@losses.check(
    points=0.25,
    needs=keeps_the_losses,
    X=BOWL,
    y=tensor([4.0, 2.0, -2.0, -4.5]),
    num_steps=12,
    cases=rows("lr", 0.24, 0.21),
)
def diverges_above_the_largest_rate():
    """the losses of descend fall just below the largest rate and grow just above it"""


@exercise.call(X=normal("n", "d"), y=normal("n"), lr=0.05, grad=True)
def detached(student, X, y, lr, grad):
    X, y = X.clone().requires_grad_(grad), y.clone().requires_grad_(grad)
    result = named(student.descend(X, y, lr, 2), "w", "losses")
    return {f"{name} requires grad": has_graph(part) for name, part in result.items()}


@detached.check(points=0.25, needs=may_take_no_step, cases=rows("grad", False, True))
def returns_detached_tensors():
    """what descend returns is detached, also where X and y require grad"""


THREE_DIGITS = Close(relative=1e-3)
rate = exercise.call("largest_rate", X=normal("n", "d"))
condition = exercise.call("condition_number", X=normal("n", "d"))
SEVERAL = rows("X", drawn(unequal, "n"), BOWL, NARROW, tensor([[2.0]]), tensor([[0.0, 0.5], [0.0, 0.0]]))


@rate.check(points=1.5, judge=THREE_DIGITS, also=SHAPES + SEVERAL)
def finds_the_largest_rate():
    """largest_rate is 2 / (the largest eigenvalue of X^T X / n)"""


@condition.check(points=1.5, judge=THREE_DIGITS, also=rows("n d", (5, 1), (9, 3)) + SEVERAL[:4])
def finds_the_condition_number():
    """condition_number is the largest eigenvalue of X^T X / n over the smallest"""


@condition.check(
    points=0.5,
    needs=finds_the_condition_number,
    judge=THREE_DIGITS,
    cases=rows(
        "X", drawn(dependent, "n"), tensor([[1.0, 0.0], [3.0, 0.0]]), tensor([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    )
    + rows("n d", (3, 5), (1, 2))
    + rows("X", tensor([[1.0, 2.0], [2.0, 4.0], [-3.0, -6.0]])),
)
def is_infinite_where_A_is_singular():
    """condition_number is inf where the rank of X is below d, as with fewer rows than columns"""


@condition.check(
    points=0.25,
    needs=finds_the_condition_number,
    judge=Close(of=lambda got: {"the condition number is finite": bool(got.isfinite())}),
    X=drawn(nearly_dependent, "n"),
)
def is_finite_where_the_rank_is_d():
    """condition_number is finite where the rank of X is d, however narrow the bowl is"""


@exercise.call(X=drawn(tuned, "n"))
def standardised(student, X):
    mean, std = X.mean(0), X.std(0, correction=0)
    return {
        "condition number": student.condition_number(X),
        "condition number, standardised": student.condition_number((X - mean) / std),
        "largest rate": student.largest_rate(X),
        "largest rate, standardised": student.largest_rate((X - mean) / std),
    }


@standardised.check(points=0.25, judge=THREE_DIGITS, needs=[finds_the_largest_rate, finds_the_condition_number])
def standardising_makes_the_bowl_rounder():
    """standardised columns have a condition number near 1, and allow a larger rate"""


exercise.keeps_the_dtype("all three work in float64 too, to its full precision", points=0.5, except_for=detached)
exercise.takes_views("all three take tensors that are views of others, as W.T is", points=0.25)
exercise.leaves_its_inputs_alone("all three leave their tensors unchanged", points=0.25)

exercise.hint(
    """The gradient of the loss of one row is (<x, w> - y) x. Over all rows that is `X.T @ (X @ w - y)`, divided by n
    because the loss is a mean. The 2 of the square and the half cancel.""",
    helps=weights,
)
exercise.hint(
    """num_steps steps have num_steps + 1 losses between and around them, like posts of a fence: so append one before
    each step, and one more in the end.""",
    helps=[losses, at_the_start],
)
exercise.hint(
    """`torch.linalg.eigvalsh` takes a symmetric matrix and sorts its eigenvalues, the largest last. The 1 / n of the
    loss belongs to A: without it the rate comes out n times too small.""",
    helps=rate,
)
exercise.hint(
    """Squaring X squares its condition number. What `torch.linalg.cond` and the singular values say of X is the root
    of what is asked for here, since A = X^T X / n.""",
    helps=condition,
)
exercise.hint(
    """Rounding leaves 1e-17, or -1e-17, where an eigenvalue should be 0. `torch.linalg.matrix_rank(X.double())` has a
    tolerance for that.""",
    helps=is_infinite_where_A_is_singular,
)

exercise.equivalent(
    "precision lost: torch.linalg.svdvals(X64) -> torch.linalg.svdvals(X64).float()",
    "A relative error of 1e-3 is allowed.",
)
