"""Checks of perceptron. Training is judged on small integers, and on these times a power of two, where the
arithmetic is exact."""

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from autograder.spec import OFF_GRID, By, Close, Exercise, Mistake, Unfit, drawn, named, normal, number, rows, tensor

exercise = Exercise(entry=("train_perceptron", "perceptron_loss"), sizes={"rows": (5, 8), "columns": (2, 4)})


def small_integers(d):
    return torch.randint(-3, 4, d.shape(("rows", "columns")), generator=d.generator).to(d.dtype)


def signs(d):
    return (2 * torch.randint(0, 2, d.shape(["rows"]), generator=d.generator) - 1).to(d.dtype)


def doubled(d):
    """Rows that come twice, for both labels: so one of the two is always on the wrong side."""
    once = torch.randn(d.shape(("pairs", "columns")), generator=d.generator, dtype=torch.float64).round(decimals=2)
    return once.repeat_interleave(2, dim=0).to(d.dtype)


def both_labels(d):
    return torch.tensor([1.0, -1.0]).repeat(d.size("pairs")).to(d.dtype)


def orthogonal(d):
    """Orthogonal rows, with labels that take four epochs: how often each row has moved w can be read off w."""
    signs = 2.0 * torch.randint(0, 2, (7,), generator=d.generator) - 1
    rows = torch.diag(signs * torch.tensor([3.0, 3.0, 3.0, 3.0, 2.0, 1.0, 1.0]))
    return rows[:, torch.randperm(7, generator=d.generator)].to(d.dtype)


POINTS = {"X": drawn(small_integers, "rows", "columns"), "y": drawn(signs, "rows")}
BITS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
AND, NAND, XOR = [-1.0, -1.0, -1.0, 1.0], [1.0, 1.0, 1.0, -1.0], [-1.0, 1.0, 1.0, -1.0]
LINE = [[2.0], [3.0], [4.0], [-1.0], [1.0]], [1.0, 1.0, 1.0, -1.0, -1.0]
NARROW = [[3.0, 1.0], [1.0, 2.0], [1.0, 1.0], [0.0, 1.0]], [1.0, 1.0, -1.0, -1.0]  # takes 15 epochs
NARROW = rows("X y", tuple(map(tensor, NARROW)))
LONG = rows("X y max_epochs", (tensor([[23.0], [22.0]]), tensor([1.0, -1.0]), 2000))  # takes more than 1000
SEPARATED = rows("X y", *((tensor(X), tensor(y)) for X, y in ((BITS, AND), (BITS, NAND), LINE))) + NARROW
MIXED = rows("X y", (tensor(BITS), tensor(XOR)), (tensor(BITS[::-1]), tensor([1.0, -1.0, 1.0, -1.0])))
# Rows of about 1e-9, the last of them on the right side when it is visited, with a margin of about 1e-18.
TINY = rows(
    "X y", (tensor([[x * 2.0**-30 for x in row] for row in ([1, 2], [2, 1], [1, 3])]), tensor([1.0, -1.0, 1.0]))
)
EPOCHS = SEPARATED * rows("max_epochs", 30) + NARROW * rows("max_epochs", 0, 2, 5) + MIXED * rows("max_epochs", 3)
EPOCHS += LONG + rows("max_epochs", 4)  # of points that are drawn


def loosely(found):
    """Results whose shapes and types are one check's matter alone: w as a vector, b and num_updates as numbers."""
    w, b = found["w"], found.get("b")
    found = {name: number(value) for name, value in found.items()}
    if isinstance(w, Tensor):
        found["w"] = w.flatten()
    if isinstance(b, Tensor) and b.numel() == 1:
        found["b"] = b.reshape(())
    elif isinstance(b, int | float):
        found["b"] = torch.tensor(float(b))
    return found


def exactly(got, want):
    """No tolerance: rounded, a margin of 0 would be another, and so would all that follows."""
    mine, right = got["w"].tolist(), want["w"].tolist()
    return None if mine == right else Mistake(f"expected w = {right}, got {mine}", code=f"{mine}")


@exercise.call(**POINTS, max_epochs=5, parts=["w"], then=loosely, judge=By(exactly))
def trained(student, X, y, max_epochs, parts):
    found = named(student.train_perceptron(X, y, max_epochs), "w", "b", "num_updates")
    return {name: found[name] for name in parts}


losses = exercise.call(
    "perceptron_loss",
    X=drawn(doubled, "pairs", "columns"),
    y=drawn(both_labels, "pairs"),
    w=normal("columns"),
    b=normal(shift=OFF_GRID),
    axes=("rows",),
)
ONE_ROW = rows(
    "X y w b", *((tensor([[2.0, -1.0]]), tensor([y]), tensor([0.5, 3.0]), tensor(0.25)) for y in (1.0, -1.0))
)


@trained.check(
    points=1.25, max_epochs=1, also=SEPARATED[:1] + MIXED + TINY + rows("rows columns", (1, 3), (6, 1), (3, 3))
)
def moves_at_each_mistake():
    """in an epoch, adds y x to w at each row with y (<w, x> + b) <= 0, from w = 0 on, one row after the other"""


@trained.check(points=1.25, cases=EPOCHS)
def repeats_for_max_epochs():
    """goes through the rows again and again, max_epochs times at most"""


class Steps(TorchFunctionMode):
    """Counts what a training does in torch, and stops it where it goes on and on, long before its time is up."""

    count = 0

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.count += 1
        if self.count > 5000:
            raise Unfit("training goes on and on, though nothing is left to learn")
        return function(*args, **(kwargs or {}))


ENOUGH = rows("X y epochs", *((c["X"], c["y"], n) for c, n in zip(SEPARATED, (9, 9, 9, 15), strict=True)))


@trained.check(points=0.5, cases=ENOUGH, epochs=0, max_epochs=10**9, needs=repeats_for_max_epochs)
def stops_when_all_are_right(student, X, y, epochs, max_epochs):
    """stops after the first epoch without an update, however large max_epochs is"""
    with Steps() as enough:
        student.train_perceptron(X, y, epochs)
    with Steps() as many:
        result = named(student.train_perceptron(X, y, max_epochs), "w", "b", "num_updates")
    if many.count > enough.count:
        raise Unfit("training goes on after epoch {epochs}, in which there was no update", epochs=epochs)
    return {"w": result["w"]}


def updates_in(w, X, y):
    """How often each row has moved w, rightly or not: the rows are orthogonal."""
    return y.double() * (X.double() @ w.double()) / X.double().square().sum(1)


def bias_of(got, want, X, y):
    """b as it follows from w, whose own faults are other checks' matter."""
    updates, found = updates_in(got["w"], X, y), got["b"].item()
    own = (y.double() * updates).sum().item()
    if not updates.any() and want["w"].any():
        raise Mistake("w is 0: no row has moved anything")
    if abs(found - own) > 1e-3:
        text = f"w is {got['w'].tolist()}: the same updates would make b {own:g}, but it is {found:g}"
        raise Mistake(text, code=f"{own:g} {found:g}")


def count_of(got, want, X, y):
    """num_updates as it follows from w, whose own faults, such as longer steps, are other checks' matter."""
    updates, right = (updates_in(result["w"], X, y) for result in (got, want))
    own, found = updates.abs().sum(), got["num_updates"]
    if not updates.any() and right.any():
        raise Mistake("w is 0: no row has moved anything")
    scaled = torch.allclose(updates * right.abs().sum(), right * own) and found == want["num_updates"]
    if abs(found - own) > 1e-3 and not scaled:
        text = f"w is {got['w'].tolist()}, which takes {own:g} updates, but num_updates is {found}"
        raise Mistake(text, code=f"{own:g} {found}")


OWN_LABELS, ONE = tensor([1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0]), (tensor([[2.0, -1.0, 2.0]]), tensor([-1.0]), 3)
OWN = {"X": drawn(orthogonal), "y": OWN_LABELS, "cases": rows("max_epochs", 1, 3, 30, 0) + rows("X y max_epochs", ONE)}


@trained.check(points=1, judge=Close(of=bias_of), parts=["w", "b"], **OWN)
def moves_the_bias_too():
    """adds y to b at each of these rows, from b = 0 on"""


@trained.check(points=1, judge=Close(of=count_of), parts=["w", "num_updates"], **OWN)
def counts_the_updates():
    """counts the updates of all epochs"""


returns_as_asked = exercise.returns_python_numbers(
    "returns w of shape (d,), b of shape () and num_updates as a Python int",
    points=0.5,
    name="returns_as_asked",
    about=[moves_the_bias_too, counts_the_updates],
)


@losses.check(points=2.25, also=rows("pairs columns", (2, 4), (3, 1), (1, 3)) + ONE_ROW[:1])
def loss_of_each_row():
    """perceptron_loss is max(0, -y (<w, x> + b)) for each row"""


exercise.lets_gradients_through(
    "perceptron_loss lets gradients flow to X, w and b", of=("X", "w", "b"), points=1.25, about=loss_of_each_row
)
OF_W = [moves_at_each_mistake, repeats_for_max_epochs, stops_when_all_are_right]
exercise.keeps_the_dtype("both work in float64 too, to its full precision", points=0.5, except_for=OF_W)
exercise.takes_views("both take tensors that are views of others, as X.T is", points=0.25, except_for=OF_W)
exercise.leaves_its_inputs_alone("both leave their inputs unchanged", points=0.25, except_for=OF_W)

exercise.hint(
    """Do the first three rows by hand. With w = 0 and b = 0 the margin of the first row is 0: is that a mistake, and what
    are w and b after it? The second row already meets these."""
)
exercise.hint(
    """Two loops: over epochs, and in it over rows, zip(X, y). Only where y_i * (w @ x_i + b) <= 0 does anything happen, and
    then to both parameters: w moves by y_i * x_i, b by y_i.""",
    helps=[moves_at_each_mistake, repeats_for_max_epochs, moves_the_bias_too],
)
exercise.hint(
    """An epoch without an update changes nothing, and so neither would any after it: note the number of updates
    before the epoch, and leave the outer loop if it is still the same afterwards.""",
    helps=[stops_when_all_are_right, repeats_for_max_epochs, counts_the_updates],
)
exercise.hint(
    """X.new_zeros(d) and X.new_zeros(()) have the dtype of X and the shapes (d,) and (). num_updates = 0 and += 1 stay a
    Python int, since no tensor is involved. w += ... would be right too: it changes only your own zeros.""",
    helps=[moves_the_bias_too, returns_as_asked],
)
exercise.hint(
    """X @ w + b holds <w, x> + b of all rows, (n,). Times -y it is positive where a row is on the wrong side;
    torch.clamp(..., min=0) makes 0 of the rest. There is no 1 in it, as in the hinge, and no mean.""",
    helps=loss_of_each_row,
)

exercise.equivalent("gradient cut: w + y_i * x_i -> (w + y_i * x_i).detach()", "No gradient of w is asked for.")
exercise.equivalent("gradient cut: b + y_i -> (b + y_i).detach()", "No gradient of b is asked for.")
exercise.equivalent("precision lost: b + y_i -> (b + y_i).half().to((b + y_i).dtype)", "b is a small integer.")
