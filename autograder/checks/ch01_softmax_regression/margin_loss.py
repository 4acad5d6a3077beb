"""Checks of margin_loss."""

from autograder.spec import Close, Exercise, Family, distinct, integers, normal, rows, tensor

LOSSES = Family(
    name="losses",
    operators=r"mse_loss|huber_loss|smooth_l1_loss|multi_margin_loss|multilabel_margin_loss|margin_ranking_loss"
    r"|hinge_embedding_loss",
    advice="Write the loss as its formula: F.one_hot, indexing, relu, clamp and sums are welcome.",
)
exercise = Exercise(entry=("squared_loss", "multiclass_margin_loss"), forbid=LOSSES)
SCORES = {"O": normal("n", "classes"), "y": integers("n", high="classes")}
squared_loss = exercise.call("squared_loss", **SCORES)
# No two of these differ by 1: no term of the hinge is where it has no derivative.
multiclass_margin_loss = exercise.call(
    "multiclass_margin_loss",
    O=distinct("n", "classes", low=-2.13, high=3.4),
    y=SCORES["y"],
    margin=1.0,
    judge=Close(scale=1),
)

SHAPES = rows("n classes", (3, 3), (6, 2), (2, 5))
FAR = rows("O", distinct("n", "classes", low=-61.3, high=64.17), distinct("n", "classes", low=-90.1, high=-57.43))
FIRST = rows("n classes y", (4, 3, tensor([0, 0, 0, 0])), (3, 5, tensor([1, 0, 1])))
ONE = rows("n classes", (1, 4), (4, 1), (1, 1))


def scored(*cases):
    return rows("O y margin", *((tensor(O), tensor(y), margin) for O, y, margin in cases))


# Another class with the label's own score comes too close by the whole margin.
TIED = scored(([[2.0, 2.0, -1.0], [0.5, 0.5, 0.5]], [1, 2], 0.75), ([[1.0, 1.0], [3.0, 0.0]], [0, 0], 0.5))
TABLE = [[0.3, 1.1, -0.45], [2.0, -1.5, 0.25], [-2.0, 6.5, -9.0]]
MARGINS = scored((TABLE, [1, 0, 2], 0.125), (TABLE, [0, 2, 0], 2), (TABLE, [2, 1, 1], 40.5), (TABLE, [0, 0, 0], 7.75))
WON = scored(([[5.0, 1.0, -2.0], [-3.0, -8.0, -6.0], [0.0, 0.5, 4.0]], [0, 0, 2], 1.0), ([[100.0, 50.0]], [0], 49.0))


@squared_loss.check(points=2, also=SHAPES + FAR + FIRST)
def adds_the_squares():
    """squared_loss is the mean over the rows of the sum over the classes of (o - onehot(y))^2 / 2, in shape ()"""


@squared_loss.check(points=0.25, needs=adds_the_squares, judge=Close(scale=1), cases=ONE)
def squares_for_one_sample_and_one_class():
    """squared_loss does the same for one sample, and for one class"""


@multiclass_margin_loss.check(points=3, also=SHAPES + FAR + FIRST + TIED + WON)
def adds_what_is_missing():
    """multiclass_margin_loss is the mean over the rows of the sum over i other than y of max(0, margin + o_i - o_y), in
    shape ()"""


@multiclass_margin_loss.check(
    points=1, also=rows("margin", 0.255, 6.005) + MARGINS, O=distinct("n", "classes"), margin=0.0
)
def takes_any_margin():
    """multiclass_margin_loss takes any margin from 0 up"""


@multiclass_margin_loss.check(points=0.25, needs=adds_what_is_missing, cases=ONE)
def takes_one_sample_and_one_class():
    """multiclass_margin_loss does the same for one sample, and is 0 for one class"""


squared_gradient = exercise.lets_gradients_through(
    "squared_loss lets the gradient flow to O", name="squared_gradient", points=0.75, about=squared_loss
)
margin_gradient = exercise.lets_gradients_through(
    "multiclass_margin_loss lets the gradient flow to O, through the label's score too",
    name="margin_gradient",
    points=1,
    about=[adds_what_is_missing, takes_any_margin],
)
exercise.keeps_the_dtype("both work in float64 too, to its full precision", points=0.75)
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
    helps=multiclass_margin_loss,
)
exercise.hint(
    """For i = y the term would be max(0, margin + 0), the margin, in every row. It is not part of the sum: set it to 0 by the
    one-hot mask before you add up. Do not look for it by its value, since another class may have the same score.""",
    helps=[adds_what_is_missing, takes_one_sample_and_one_class],
)
exercise.hint(
    """The label's score stands in every term that is not 0, so raising it lowers all of these. With .detach() or .item() on
    it the value stays the same, but its gradient is lost.""",
    helps=margin_gradient,
)
exercise.hint(
    """torch.relu(margin + O - O[torch.arange(n), y].unsqueeze(1)) are all the terms; multiply them by 1 - F.one_hot(y, C),
    sum along dim=1, and take the mean.""",
    helps=multiclass_margin_loss,
)
