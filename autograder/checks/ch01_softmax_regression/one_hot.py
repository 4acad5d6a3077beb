"""Checks of one_hot."""

import torch

from autograder.spec import Draw, Exercise, Family, as_float32, drawn, rows, size, tensor

ONE_HOT = Family(
    name="one_hot",
    operators=r"one_hot",
    advice="Place the ones yourself: torch.eye, indexing, scatter and comparisons are welcome.",
)
exercise = Exercise(entry="one_hot", forbid=ONE_HOT, sizes={"n": (6, 8), "classes": (3, 5)})


def every_class(d: Draw):
    """Labels among which every class occurs, so that their number can be told from the labels too."""
    n, classes = d.shape(("n", "classes"))
    more = torch.randint(classes, (max(n - classes, 0),), generator=d.generator)
    return torch.cat([torch.arange(classes), more])[torch.randperm(n, generator=d.generator)]


one_hot = exercise.call(
    "one_hot", y=drawn(every_class, "n"), num_classes=size("classes"), axes=("n", "classes"), then=as_float32
)


def labelled(*pairs):
    return rows("y num_classes", *((tensor(labels, torch.int64), num_classes) for labels, num_classes in pairs))


FEW = labelled(([0, 2, 1, 2, 0], 6), ([2, 2, 2], 5), ([0, 4, 1, 4], 9), ([0], 4), ([1], 2), ([300, 2049], 2100))
NEGATIVE = labelled(([1, -1, 0], 3), ([-1], 1), ([-2, 1], 3), ([0, 1, -3], 3), ([-4, 0], 3), ([1, -(2**40)], 2))
TOO_LARGE = labelled(([0, 3, 1], 3), ([1], 1), ([2, 0], 2), ([0, 1, 5], 3), ([2**40, 1], 3), ([1, 2**40 + 1], 2))


@one_hot.check(points=1.75, also=rows("n classes", (4, 4), (2, 2)))
def puts_a_one_at_the_label():
    """has a 1 in column y[i] of row i, and 0 elsewhere"""


@one_hot.check(points=0.75, cases=FEW + rows("n classes", (1, 1), (3, 1)))
def is_as_wide_as_num_classes():
    """is (n, num_classes), also for one label or one class, and where the largest labels do not occur"""


@one_hot.check(points=0.5, needs=puts_a_one_at_the_label, cases=labelled(([], 4), ([], 1)))
def takes_no_labels():
    """has shape (0, num_classes) where there are no labels"""


@one_hot.check(points=0.25, needs=puts_a_one_at_the_label, axes=())
def makes_a_new_tensor(student, y, num_classes):
    """returns a new tensor at each call, which no other call changes or begins with"""
    first = student.one_hot(y.clone(), num_classes)
    second = student.one_hot((y + 1) % num_classes, num_classes)
    return {"the result, after a second call": as_float32(first), "the second result": as_float32(second)}


@one_hot.refuses(points=0.5, cases=NEGATIVE)
def refuses_negative_labels():
    """raises ValueError if a label is below 0, instead of counting it from the end"""


@one_hot.refuses(points=0.5, cases=TOO_LARGE)
def refuses_labels_that_are_too_large():
    """raises ValueError if a label is num_classes or above, instead of leaving a row of zeros"""


is_float32 = exercise.returns_python_numbers("is always float32", points=0.5, name="is_float32")
exercise.leaves_its_inputs_alone(
    "leaves y unchanged, also where it raises ValueError",
    points=0.25,
    about=[one_hot, refuses_negative_labels, refuses_labels_that_are_too_large],
)

exercise.hint(
    """Write down the result for y = [2, 0] and 3 classes. Where in each row is the 1, and what does y tell you about that?"""
)
exercise.hint(
    """Two ways that need no loop: torch.eye(num_classes) has the row of each class, and indexing takes the rows that y
    names; or compare y, as a column (n, 1), with torch.arange(num_classes), because broadcasting asks of every entry
    whether its column is the label.""",
    helps=[puts_a_one_at_the_label, is_as_wide_as_num_classes, takes_no_labels],
)
exercise.hint(
    """Look at the labels before you use them, because what follows does not refuse them: an index of -1 is the last one,
    and a comparison that is true nowhere leaves a row of zeros. (y < 0) | (y >= num_classes) marks the labels that are not
    classes, and .any() of it is False for no labels at all, where y.min() and y.max() raise an error.""",
    helps=[refuses_negative_labels, refuses_labels_that_are_too_large, takes_no_labels],
)
exercise.hint(
    """torch.eye and torch.zeros make float32. What is made like y, as torch.zeros_like(y) and a comparison are, is int64 or
    bool: .float() turns it into float32.""",
    helps=is_float32,
)
exercise.hint(
    """After the test of the labels, (y.unsqueeze(1) == torch.arange(num_classes, device=y.device)).float() is the whole
    result, because it compares (n, 1) with (num_classes,)."""
)
