"""Checks of margin_loss.

A batch is judged beside what the student's own rows cost, and a row beside what each other class costs by itself.
"""

import torch

from autograder.spec import Close, Exercise, Family, Mistake, distinct, drawn, filled, normal, rows, tensor

LOSSES = Family(
    name="losses",
    operators=r"mse_loss|huber_loss|smooth_l1_loss|multi_margin_loss|multilabel_margin_loss|margin_ranking_loss"
    r"|hinge_embedding_loss",
    advice="Write the loss as its formula: F.one_hot, indexing, relu, clamp and sums are welcome.",
)
exercise = Exercise(entry=("squared_loss", "multiclass_margin_loss"), forbid=LOSSES)


def scalar(found):
    """What has one element in the shape (), everywhere: the shape is a check of its own."""
    if isinstance(found, dict):
        return {name: scalar(part) for name, part in found.items()}
    if isinstance(found, list):
        return [scalar(part) for part in found]
    return found.reshape(()) if isinstance(found, torch.Tensor) and found.numel() == 1 else found


def labels(d):
    """Labels of which at least one is the last class: a mistake in the width of the one-hot rows is paid once."""
    found = torch.randint(d.size("classes"), d.shape(["n"]), generator=d.generator)
    found[torch.randint(len(found), (), generator=d.generator)] = d.size("classes") - 1
    return found


def near(*leads):
    """A row of scores: those of the others lead that of the label, the last one, by about so much."""

    def draw(d):
        label, *noise = torch.rand(1 + len(leads), generator=d.generator, dtype=torch.float64)
        others = [lead * (1 + part / 20) + label for lead, part in zip(leads, noise, strict=True)]
        return torch.stack([*others, label])[None].to(d.dtype)

    return {"O": drawn(draw), "y": tensor([len(leads)])}


def of_a_row(got, want, margin):
    """The loss of a row, less what is wrong in its parts: a mistake in one of these is paid there.

    A term of the label itself shows in a class alone, and a factor in a tie, which costs 1.
    """
    own = got["a class alone"] * (abs(got["a class alone"] - margin) < 1e-3)
    tie = (got["a tie"] - (own / margin if margin else own)) or 1
    if got["parts"] and not any([got["loss"], *got["parts"]]):
        raise Mistake("the loss is 0, whatever the scores are")
    loss, *parts = [(part - own) / tie for part in (got["loss"], *got["parts"])]
    return loss - sum(part - right for part, right in zip(parts, want["parts"], strict=True))


def of_a_batch(got, want):
    """The loss of a batch, less what is wrong in its rows."""
    own, right = torch.stack(got["parts"]), torch.stack(want["parts"])
    if own.max() - own.min() < 1e-6 and right.max() - right.min() > 1e-3:
        raise Mistake("all rows cost the same, whatever their scores are")
    return got["loss"] - (own - right).mean()


y = drawn(labels, "n")
squared_loss = exercise.call("squared_loss", O=normal("n", "classes"), y=y, then=scalar)
# No two of these differ by 1: no term of the hinge is where it has no derivative.
SCORES = {"O": distinct("n", "classes", low=-2.13, high=3.4), "y": y, "margin": 1.0}
multiclass_margin_loss = exercise.call("multiclass_margin_loss", **SCORES, then=scalar, judge=Close(scale=1))


@exercise.call(**SCORES, then=scalar, judge=Close(of=of_a_row, scale=1))
def margin_of_a_row(student, O, y, margin):
    kept = O.clone()
    loss = student.multiclass_margin_loss(O, y, margin)
    others = [i for i in range(O.shape[1] - 1) if O.shape[1] > 2]  # each beside the label, which is the last
    pairs = [student.multiclass_margin_loss(kept[:, [i, -1]], torch.tensor([1]), margin) for i in others]
    alone = student.multiclass_margin_loss(kept[:, -1:], torch.tensor([0]), margin)
    tie = student.multiclass_margin_loss(kept[:, [-1, -1]], torch.tensor([1]), 1.0)
    return {"loss": loss, "parts": pairs, "a class alone": alone, "a tie": tie}


@exercise.call(**SCORES, then=scalar, judge=Close(of=of_a_batch, scale=1))
def margin_of_a_batch(student, O, y, margin):
    kept = O.clone()
    loss = student.multiclass_margin_loss(O, y, margin)
    last = O.shape[1] - 1  # where each row is turned to have its label
    turned = [row.roll(last - label, 1) for row, label in zip(kept.split(1), y.tolist(), strict=True)]
    return {"loss": loss, "parts": [student.multiclass_margin_loss(row, y[:1] * 0 + last, margin) for row in turned]}


SHAPES = rows("n classes", (3, 3), (6, 2), (2, 5))
FIRST = rows("n classes y", (4, 3, tensor([0, 0, 0, 0])), (3, 5, tensor([1, 0, 1])))
FAR = rows("O", distinct("n", "classes", low=-61.3, high=64.17), distinct("n", "classes", low=-950.1, high=960.43))
ONE = rows("n classes", (1, 4), (4, 1), (1, 1))
WON = rows(
    "O y",
    (tensor([[5.0, 1.0, -2.0], [-3.0, -8.0, -6.0], [0.0, 0.5, 4.0]]), tensor([0, 0, 2])),
    (normal(2, 1), tensor([0, 0])),
)


@squared_loss.check(points=1.75, also=SHAPES + FAR)
def adds_the_squares():
    """squared_loss is the mean over the rows of the sum over the classes of (o - onehot(y))^2 / 2"""


@squared_loss.check(points=0.25, needs=adds_the_squares, judge=Close(scale=1), cases=ONE + FIRST)
def squares_for_any_labels_and_sizes():
    """squared_loss does the same for one sample, for one class, and where the last classes do not occur as labels"""


@margin_of_a_row.check(points=1.5, cases=[near(0.4), near(-0.6), near(-0.3), near(-1.4), near(3.0), near(960.0)])
def costs_what_is_missing():
    """multiclass_margin_loss takes max(0, margin + o_i - o_y) for a class beside the label"""


@margin_of_a_row.check(points=1, cases=[near(0.5, -3.0, 1.2), near(-0.5, 0.7, -0.2, -5.0, 2.0), near(-0.4, -0.6)])
def adds_up_the_other_classes():
    """multiclass_margin_loss is the sum of these terms over all other classes, for a row"""


@margin_of_a_batch.check(points=1, cases=rows("n classes", (7, 7), (9, 2), (8, 3), (9, 6)))
def averages_the_rows():
    """multiclass_margin_loss is the mean of what the rows cost, for a batch"""


@multiclass_margin_loss.check(
    points=0.5, cases=[near(0.0), *rows("n classes", (4, 1), (1, 1)), {"O": filled(0.5, "n", "classes"), "n": 1}]
)
def leaves_the_label_out():
    """multiclass_margin_loss has no term for the label itself, and has one for another class with the same score"""


@margin_of_a_row.check(points=0.5, cases=rows("margin", 0.0, 0.255, 6.005, 2, 40.5, 0.125) * [near(0.7)])
def takes_any_margin():
    """multiclass_margin_loss takes any margin from 0 up"""


@margin_of_a_batch.check(points=0.25, cases=FIRST)
def takes_any_labels():
    """multiclass_margin_loss is right too where the last classes do not occur as labels"""


BOTH = ("float32", "float64")
exercise.lets_gradients_through(
    "squared_loss lets the gradient flow to O", name="squared_gradient", points=0.5, about=squared_loss, dtypes=BOTH
)
margin_gradient = exercise.lets_gradients_through(
    "multiclass_margin_loss lets the gradient flow to O, through the label's score too",
    name="margin_gradient",
    points=0.75,
    about=[margin_of_a_row, averages_the_rows],
    dtypes=BOTH,
)


@exercise.check(points=0.25, needs=costs_what_is_missing, **SCORES, cases=WON)
def has_a_gradient_at_0(student, O, y, margin):
    """multiclass_margin_loss has a gradient, of zeros, where nothing is missing and where there is one class"""
    O = O.detach().clone().requires_grad_()
    student.multiclass_margin_loss(O, y, margin).backward()
    return O.grad


exercise.returns_python_numbers("both return a tensor of shape ()", name="returns_one_number", points=0.25)
exercise.keeps_the_dtype("both work in float64 too, to its full precision", points=0.5)
exercise.takes_views("both take tensors that are views of others, as O.T is", points=0.5)
exercise.leaves_its_inputs_alone("both leave O and y unchanged", points=0.5)

exercise.hint(
    """Take one row, O = [2, 1.5, -1] with y = 0 and margin 1, and write down both sums. Which of the three classes cost
    something in the first, and which in the second?"""
)
exercise.hint(
    """F.one_hot(y, O.shape[1]) has the shape of O, whichever labels occur. Sum the halved squares along dim=1, one number
    for each row, and only then take the mean: .mean() of the whole (n, C) would divide by C too.""",
    helps=squared_loss,
)
exercise.hint(
    """O[torch.arange(n), y] is the label's score of each row, (n,). To subtract it from every class of its row it has to be
    (n, 1), because (n,) lines up with the columns: .unsqueeze(1), or gather(1, y.unsqueeze(1)).""",
    helps=[costs_what_is_missing, averages_the_rows],
)
exercise.hint(
    """For i = y the term would be max(0, margin + 0), the margin, in every row. It is not part of the sum: set it to 0 by the
    one-hot mask before you add up. Do not look for it by its value, since another class may have the same score.""",
    helps=leaves_the_label_out,
)
exercise.hint(
    """The label's score stands in every term that is not 0, so raising it lowers all of these. With .detach() or .item() on
    it the value stays the same, but its gradient is lost. A number made anew for a loss of 0 has no gradient either.""",
    helps=[margin_gradient, has_a_gradient_at_0],
)
exercise.hint(
    """torch.relu(margin + O - O[torch.arange(n), y].unsqueeze(1)) are all the terms; multiply them by 1 - F.one_hot(y, C),
    sum along dim=1, and take the mean.""",
    helps=[adds_up_the_other_classes, averages_the_rows, takes_any_margin],
)
