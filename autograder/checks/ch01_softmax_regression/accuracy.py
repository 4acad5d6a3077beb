"""Checks of accuracy.

Which label a row is right with is asked row by row: what is wrong with the share of many rows is paid once.
"""

from math import inf

import torch

from autograder.spec import Close, Exercise, Mistake, describe, distinct, drawn, integers, real, rows, tensor

exercise = Exercise(entry="accuracy", sizes={"n": (6, 9), "classes": (3, 5)})


def reals(listed):
    """Each of several numbers as a float, whatever its type was: that is a check of its own."""
    return [real(value) for value in listed]


def labels_that_are_right(got, logits):
    """For each row the labels with which the result is what it is for a row that is right beyond doubt."""
    if strange := [value for value in got if not isinstance(value, float)]:
        raise Mistake(f"expected a Python float, got {describe(strange[0])}")
    right, wrong, *others = got
    if right == wrong:
        raise Mistake(f"a row that is right beyond doubt gives {right:g}, and so does one that is wrong")
    width = logits.shape[1]
    found = [others[i : i + width] for i in range(0, len(others), width)]
    named = [", ".join(str(label) for label, value in enumerate(row) if value == right) for row in found]
    return {f"row {i}": f"right with label {labels}" if labels else "never right" for i, labels in enumerate(named)}


accuracy = exercise.call("accuracy", logits=distinct("n", "classes"), y=integers("n", high="classes"), then=real)


@exercise.call(
    logits=distinct("n", "classes", low=-30.0, high=30.0),
    grad=False,
    then=reals,
    judge=Close(of=labels_that_are_right),
)
def each_row_alone(student, logits, grad):
    labels = range(logits.shape[1])
    beyond_doubt = 9 * torch.eye(len(labels), dtype=logits.dtype)[:1]
    asked = [(beyond_doubt, 0), (beyond_doubt, 1), *((row, label) for row in logits.split(1) for label in labels)]
    asked = [(row.clone().requires_grad_(grad), torch.tensor([label])) for row, label in asked]
    return [student.accuracy(row, label) for row, label in asked]


def labelled(*pairs):
    return rows("logits y", *((tensor(logits), tensor(y, torch.int64)) for logits, y in pairs))


def shuffled(*tables):
    """Tables of logits, each with its columns in an order that is drawn."""

    def draw(table):
        return lambda d: torch.tensor(table, dtype=d.dtype)[:, torch.randperm(len(table[0]), generator=d.generator)]

    return rows("logits", *(drawn(draw(table)) for table in tables))


def close(d):
    """Logits that a softmax rounds to equal numbers, or float32 does, once with each of the two in front."""
    by = 1e-12 if d.dtype is torch.float64 else 1e-6
    table = torch.tensor([[1e-9, 2e-9, -1.0], [20.0, 20.000002, 1.0], [2.0, 2 + by, 0.0]], dtype=d.dtype)
    return torch.cat([table, table[:, [1, 0, 2]]])


FAR = [300, 128, 255, 256, 0]  # the right classes: not all fit into a byte


def many_classes(d):
    logits = torch.rand(len(FAR), 301, generator=d.generator, dtype=d.dtype)
    logits[range(len(FAR)), FAR] += 1
    return logits


# The largest logit of each row is above 0: who starts to search there pays for it elsewhere.
SIX = [[-1.0, 0.5, 2.0], [3.0, 1.0, 2.5], [4.0, 1.0, 2.0], [0.1, 0.3, 0.2], [1.0, -2.0, 4.0], [0.5, 3.0, 1.5]]
SQUARE = [[2.0, 1.0, 3.0], [4.0, 0.0, 1.0], [1.0, 5.0, 2.0]]
TABLES = labelled((SIX, [2, 0, 1, 0, 0, 0]), (SIX, [0, 2, 0, 2, 1, 1]), (SQUARE, [1, 2, 0]), (SQUARE, [2, 0, 1]))
TABLES += labelled(([[-inf, 2.0, 0.5], [3.0, -inf, -inf], [-1.0, 4.0, -inf]], [1, 0, 0]))
SIGNS = [[-4.0, -1.0, -2.0], [-0.5, -3.0, -1.5], [-7.0, -6.0, -5.0], [0.0, -1.5, -2.0]]
HUGE = [[100.0, 120.0, -130.0], [-200.0, -300.0, -201.0], [1e4, 9999.0, -1e4]]
EQUALS = [[1.0, 1.0, 0.0], [0.0, 2.0, 2.0], [3.0, 3.0, 3.0], [5.0, 0.0, 5.0]]
NOTHING = [[-inf, -inf, -inf], [-inf, -inf, 1.0], [1.0, 1.0, -inf]]
MANY = [[0.0] * 20, [2.5] * 20, [1.0] * 18 + [2.0] * 2]
INFINITE = [[-inf, -1e4, -inf], [-inf, -3.0, -5.0], [-2.0, -1.0, -inf], [-inf, -inf, -1e30], [-700.0, -inf, -inf]]
EMPTY = rows("n classes", (0, 3), (0, 1), (1, 3), (2, 1))
SIZES = rows("n classes", (3, 3), (1000, 3), (7, 2))


@accuracy.check(points=1.5, logits=distinct("n", "classes", low=0.05, high=6.0), also=SIZES + TABLES)
def counts_the_rows_that_are_right():
    """is the share of the rows whose largest logit is that of the label, from 0 to 1"""


@each_row_alone.check(points=0.5, also=shuffled(SIGNS, HUGE))
def predicts_the_largest():
    """takes the class with the largest logit for the prediction, whatever the signs and sizes of the logits"""


@each_row_alone.check(points=0.5, cases=shuffled(EQUALS, NOTHING, MANY))
def predicts_the_first_of_equals():
    """predicts the class with the lowest index where several logits are the largest"""


@each_row_alone.check(points=0.25, cases=shuffled(INFINITE, INFINITE))
def takes_minus_infinity():
    """takes logits of -inf, which are never larger than another"""


@each_row_alone.check(points=0.25, dtypes=("float32", "float64"), logits=drawn(close))
def tells_close_logits_apart():
    """tells logits apart that hardly differ, in float32 and in float64"""


@each_row_alone.check(points=0.25, grad=True, n=4)
def takes_logits_with_a_graph():
    """takes logits that require a gradient"""


@accuracy.check(
    points=0.25,
    needs=counts_the_rows_that_are_right,
    cases=rows("n classes", (4, 1), (1, 1)) + rows("logits y", (drawn(many_classes), tensor([300, 128, 255, 256, 7]))),
)
def takes_one_class_and_many():
    """is 1 for one class, and takes hundreds of classes too"""


@accuracy.refuses(points=0.5, cases=EMPTY, needs=())
def refuses_an_empty_batch():
    """raises ValueError where there are no rows, and only there"""


returns_a_float = exercise.returns_python_numbers(
    "returns a Python float", points=0.5, name="returns_a_float", about=each_row_alone
)
exercise.takes_views(
    "takes tensors that are views of others, as logits.T is", points=0.25, except_for=takes_one_class_and_many
)
exercise.leaves_its_inputs_alone("leaves logits and y unchanged", points=0.25)

exercise.hint(
    """Take three rows with three classes and write down what the model answers for each. With what do you compare the
    three answers, and by what do you divide?"""
)
exercise.hint(
    """torch.argmax(logits, dim=1) gives the index of the largest logit of each row, shape (n,), because dim is the axis that
    disappears. Compared with y, also (n,), it is True where the row is right. With shape (n, 1) on one side, the
    comparison would be (n, n), every row with every label.""",
    helps=[counts_the_rows_that_are_right, takes_one_class_and_many],
)
exercise.hint(
    """torch.argmax takes the first of equal logits. Whoever asks instead whether the label's logit is as large as the
    maximum counts a tie as right whichever of the tied classes the label is. And no softmax first: rounding makes ties of what
    hardly differed.""",
    helps=[predicts_the_first_of_equals, takes_minus_infinity, tells_close_logits_apart],
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
