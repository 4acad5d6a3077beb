"""What people get wrong about one_hot."""

import torch

from autograder.spec import misconception, reference, slip

CHECK = "((y < 0) | (y >= num_classes))"
RESULT = "return (y.unsqueeze(1) == classes).float()"


@slip("classes = torch.arange(num_classes,", "classes = torch.arange(int(y.max()) + 1 if len(y) else num_classes,")
def as_wide_as_the_largest_label():
    """The width is the largest label + 1. A batch need not hold every class, and then its rows are too short for the
    scores: num_classes says how wide they are."""


@misconception
def as_wide_as_the_labels_that_occur(y, num_classes):
    """There is one column for each label that occurs, as torch.unique finds them. Classes that are missing in this batch
    have a column too: num_classes says how many there are."""
    reference.one_hot(y, num_classes)
    return (y.unsqueeze(1) == torch.unique(y)).float()


@slip(CHECK, "(y >= num_classes)")
def negative_labels_not_refused():
    """A negative label goes through: it is counted from the end, as indexing does, or becomes a row of zeros. It is
    not a class: raise ValueError."""


@slip(CHECK, "(y < 0)")
def large_labels_not_refused():
    """A label of num_classes or above goes through, as a row of zeros or as another class. It is not a class: raise
    ValueError."""


@slip("if ((y < 0) | (y >= num_classes)).any():", "if False:")
def no_label_refused():
    """Labels that are not classes go through, below 0 and above num_classes - 1, and training goes on with wrong rows. Raise
    ValueError."""


@slip("(y >= num_classes)", "(y > num_classes)")
def num_classes_taken_for_a_label():
    """The label num_classes is let through. Counted from 0, the last class is num_classes - 1: refuse labels that are >=
    num_classes."""


@slip(CHECK + ".any()", CHECK + ".all()")
def refused_only_if_all_are_wrong():
    """Labels are refused only where all of them are wrong. One wrong label is enough: .any()."""


@slip(CHECK, "((y[:1] < 0) | (y[:1] >= num_classes))")
def only_the_first_label_looked_at():
    """A wrong label is refused only where it comes first. Look at all of them."""


@misconception
def left_to_indexing(y, num_classes):
    """The labels are left to indexing to refuse. It counts -1 from the end and raises IndexError for what is too large:
    test the labels first and raise ValueError yourself."""
    return torch.eye(num_classes)[y]


@misconception
def left_to_scatter(y, num_classes):
    """The labels are left to a function such as scatter to refuse, and it raises RuntimeError. Test the labels first and
    raise ValueError yourself."""
    return torch.zeros(len(y), num_classes).scatter(1, y.unsqueeze(1), 1.0)


@slip("        raise ValueError(", "        raise AssertionError(")
def asserted():
    """The labels are refused by an assert, which raises AssertionError and can be switched off (python -O). Write if and
    raise ValueError."""


@slip(RESULT, "return (y.unsqueeze(1) == classes + 1).float()")
def classes_counted_from_1():
    """Label 1 has its 1 in the first column, and label 0 has none. Classes are counted from 0, as columns are."""


@slip(RESULT, "return (classes.unsqueeze(1) == y).float()")
def transposed():
    """The result is transposed, with a row for each class. It has a row for each label, (n, num_classes)."""


@misconception
def every_row_gets_every_label(y, num_classes):
    """Every row has a 1 for each label of the batch, since result[:, y] = 1 writes to all rows. Row i gets its own label
    alone: result[torch.arange(n), y] = 1."""
    made = torch.zeros_like(reference.one_hot(y, num_classes))
    made[:, y] = 1
    return made


@misconception
def whole_rows_filled(y, num_classes):
    """Whole rows are 1: result[y] = 1 takes the labels for numbers of rows. The label is the column: result[torch.arange(n),
    y] = 1."""
    made = torch.zeros_like(reference.one_hot(y, num_classes))
    made[y[y < len(y)]] = 1
    return made


@misconception
def the_label_itself_written(y, num_classes):
    """The entry at the label is the label itself. Whatever the class, it is 1."""
    return reference.one_hot(y, num_classes) * y.unsqueeze(1)


@slip(RESULT, "return (y.unsqueeze(1) >= classes).float()")
def ones_up_to_the_label():
    """Every entry up to the label is 1. Only the one at the label itself is."""


@slip(RESULT, "return (y.unsqueeze(1) == classes).long()")
def not_float32():
    """The result has another dtype than float32, such as int64, as torch.nn.functional.one_hot makes it, or bool, as a
    comparison does. Losses multiply it with floating numbers: .float()."""


@slip("    if ((y < 0)", "    if len(y) == 0:\n        raise ValueError\n    if ((y < 0)")
def no_labels_refused():
    """An empty batch raises an exception, as y.max() of no labels does. It has no wrong label: return shape (0,
    num_classes)."""


@slip(RESULT, "return torch.tensor([[float(label == c) for c in classes] for label in y])")
def empty_list_loses_the_width():
    """Without labels the result has shape (0,), as torch.tensor makes it of an empty list. The width is known all the
    same: torch.zeros(n, num_classes) has shape (0, num_classes)."""
