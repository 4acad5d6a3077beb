"""Checks of accuracy."""

from math import inf

import torch

from autograder.spec import Exercise, OneOf, distinct, drawn, integers, number, rows, tensor

exercise = Exercise(entry="accuracy", sizes={"n": (6, 9), "classes": (3, 5)})


def share(value):
    """A number as a float, whatever its type was: that is a check of its own."""
    value = number(value)
    return float(value) if isinstance(value, int) else value


accuracy = exercise.call("accuracy", logits=distinct("n", "classes"), y=integers("n", high="classes"), then=share)
# Where logits are equal, rounding decides which is larger: the share is compared as it is.
EXACTLY = OneOf(lambda want: (want,))


def labelled(*pairs):
    return rows("logits y", *((tensor(logits), tensor(y, torch.int64)) for logits, y in pairs))


SIX = [[-1.0, 0.5, 2.0], [3.0, 1.0, 2.5], [-4.0, -1.0, -2.0], [0.1, 0.3, 0.2], [1.0, -2.0, 4.0], [-0.5, -3.0, -1.5]]
SQUARE = [[2.0, 1.0, 3.0], [4.0, 0.0, 1.0], [1.0, 5.0, 2.0]]
HUGE = [[100.0, 120.0], [-200.0, -300.0], [1e4, 9999.0]]
TABLES = labelled((SIX, [2, 0, 1, 0, 0, 0]), (SIX, [0, 2, 0, 2, 1, 1]), (SQUARE, [1, 2, 0]), (HUGE, [1, 0, 0]))
ROW = [[0.2, -1.0, 0.7]]
ONE = labelled((ROW, [2]), (ROW, [0]), ([[-3.0], [2.0], [0.0]], [0, 0, 0]), ([[-1.0]], [0]))
EQUALS = [[1.0, 1.0, 0.0], [0.0, 2.0, 2.0], [3.0, 3.0, 3.0], [5.0, 0.0, 5.0]]
NOTHING = [[-inf, -inf], [-inf, -inf], [-inf, 1.0]]
MANY = [[0.0] * 40, [-2.5] * 40, [1.0] * 39 + [2.0]]
TIED = labelled((EQUALS, [0, 1, 0, 0]), (EQUALS, [1, 2, 1, 2]), (NOTHING, [0, 1, 1]), (MANY, [0, 3, 39]))
MINUS_INF = labelled(
    ([[-inf, -1e4], [-5.0, -inf], [-inf, 2.0], [1.0, -inf]], [1, 0, 0, 1]),
    ([[-inf, -3.0, -inf], [-2.0, -1.0, -inf], [-inf, -inf, -1e30]], [1, 1, 2]),
    ([[-inf, 0.0], [-inf, -700.0], [-0.5, -inf]], [0, 1, 0]),
)


def close(d):
    """Logits that float32 cannot tell apart."""
    by = 1e-12
    return torch.tensor([[1.0, 1 + by], [3 + by, 3.0], [-2.0, -2 + by], [0.5, 0.5 - by]], dtype=d.dtype)


CLOSE = rows("logits y", (drawn(close), tensor([1, 0, 1, 0])))
EMPTY = rows("n classes", (0, 3), (0, 1), (1, 3), (2, 1))


@accuracy.check(points=1.75, also=rows("n classes", (3, 3), (5, 5), (1000, 3), (7, 2)) + TABLES)
def counts_the_rows_that_are_right():
    """is the share of the rows whose largest logit is that of the label, from 0 to 1"""


@accuracy.check(points=0.25, needs=counts_the_rows_that_are_right, cases=ONE)
def takes_one_sample_and_one_class():
    """does the same for one sample, and is 1 for one class"""


@accuracy.check(points=0.5, needs=counts_the_rows_that_are_right, judge=EXACTLY, cases=TIED)
def predicts_the_first_of_equals():
    """predicts the class with the lowest index where several logits are the largest"""


@accuracy.check(points=0.5, needs=counts_the_rows_that_are_right, judge=EXACTLY, cases=MINUS_INF)
def takes_minus_infinity():
    """takes logits of -inf, which are never larger than another"""


@accuracy.refuses(points=0.5, cases=EMPTY)
def refuses_an_empty_batch():
    """raises ValueError where there are no rows, and only there"""


@accuracy.check(points=0.25, needs=counts_the_rows_that_are_right, dtypes=("float64",), also=CLOSE, n=8)
def tells_float64_logits_apart():
    """takes float64 logits too, and tells apart what differs in the twelfth decimal"""


@accuracy.check(points=0.25, needs=counts_the_rows_that_are_right, n=4)
def takes_logits_with_a_graph(student, logits, y):
    """takes logits that require a gradient"""
    return share(student.accuracy(1 * logits.clone().requires_grad_(), y))


returns_a_float = exercise.returns_python_numbers(
    "returns a Python float", points=0.5, name="returns_a_float", about=counts_the_rows_that_are_right
)
exercise.takes_views("takes tensors that are views of others, as logits.T is", points=0.25)
exercise.leaves_its_inputs_alone("leaves logits and y unchanged", points=0.25)

exercise.hint(
    """Take three rows with three classes and write down what the model answers for each. With what do you compare the
    three answers, and by what do you divide?"""
)
exercise.hint(
    """torch.argmax(logits, dim=1) gives the index of the largest logit of each row, shape (n,), because dim is the axis that
    disappears. Compared with y, also (n,), it is True where the row is right. With shape (n, 1) on one side, the
    comparison would be (n, n), every row with every label.""",
    helps=[counts_the_rows_that_are_right, takes_one_sample_and_one_class],
)
exercise.hint(
    """torch.argmax takes the first of equal logits. Whoever asks instead whether the label's logit is as large as the
    maximum counts a tie as right whichever of the tied classes the label is.""",
    helps=[predicts_the_first_of_equals, takes_minus_infinity],
)
exercise.hint(
    """The mean of no numbers is NaN, and 0 / 0 raises ZeroDivisionError, so ask len(y) == 0 first and raise ValueError
    yourself.""",
    helps=refuses_an_empty_batch,
)
exercise.hint(
    """A comparison gives bools: turn them into floats, take the mean, and call .item(), which makes a Python float of a
    tensor with one element. numpy() does not take a tensor that requires a gradient, but nothing here needs numpy.""",
    helps=[returns_a_float, takes_logits_with_a_graph],
)
exercise.hint("""The last line can be (logits.argmax(dim=1) == y).double().mean().item().""")
