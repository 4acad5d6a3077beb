"""What people get wrong about one_hot."""

import torch

from autograder.spec import misconception, reference, slip

CHECK = "((y < 0) | (y >= num_classes))"
KEPT: dict[tuple[int, int], torch.Tensor] = {}
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
    """No exception is raised for a negative label. It is not a class, but as an index it counts from the end, and in a
    comparison it is equal to nothing: test for it, and raise ValueError."""


@slip(CHECK, "(y < 0)")
def large_labels_not_refused():
    """No exception is raised for a label of num_classes or above. It is not a class, and has no column: test for it, and
    raise ValueError."""


@slip("if ((y < 0) | (y >= num_classes)).any():", "if False:")
def no_label_refused():
    """No exception is raised for labels that are not classes, neither below 0 nor above num_classes - 1. An error that is
    printed or returned does not stop the caller: raise ValueError."""


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
    """Some labels that are not classes are left to indexing. It counts -1 from the end, and raises IndexError for what
    lies outside: test all labels first, below 0 and too large, and raise ValueError yourself."""
    return torch.eye(num_classes)[y]


@misconception
def last_class_off_by_one_and_indexed(y, num_classes):
    """The label num_classes is not refused, and raises IndexError where it is used. Counted from 0, the last class is
    num_classes - 1: refuse labels that are >= num_classes, with ValueError."""
    if ((y < 0) | (y > num_classes)).any():
        raise ValueError
    return torch.eye(num_classes)[y]


@misconception
def left_to_scatter(y, num_classes):
    """The labels are left to a function such as scatter to refuse, and it raises RuntimeError. Test the labels first and
    raise ValueError yourself."""
    return torch.zeros(len(y), num_classes).scatter(1, y.unsqueeze(1), 1.0)


@slip("        raise ValueError(", "        y[(y < 0) | (y >= num_classes)] = 0\n        raise ValueError(")
def labels_mended_before_the_error():
    """y is changed before ValueError is raised. The caller may still need it, to see which label was wrong: leave y as it
    is."""


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


@slip("if ((y < 0) | (y >= num_classes)).any():", "if y.min() < 0 or y.max() >= num_classes:")
def smallest_of_no_labels():
    """y.min() and y.max() raise an error for an empty batch. It has no wrong label: ((y < 0) | (y >= num_classes)).any() is
    False there, and the result has shape (0, num_classes)."""


@slip(RESULT, RESULT + ".squeeze()")
def axes_of_size_one_dropped():
    """For one label, or one class, an axis is missing in the result: squeeze() removes every axis of size 1. The shape is
    (n, num_classes) all the same."""


@misconception
def ones_of_earlier_calls_kept(y, num_classes):
    """Two calls share memory: the tensor is kept and used again, so that the 1s of earlier calls stay in it. Make a new tensor in each call."""
    right = reference.one_hot(y, num_classes)
    made = KEPT.setdefault((len(y), num_classes), torch.zeros_like(right))
    made += right * (1 - made)
    return made


@misconception
def tensor_used_again(y, num_classes):
    """The tensor is kept and filled anew, so that a result changes when the function is called again. Make a new tensor in
    each call."""
    right = reference.one_hot(y, num_classes)
    return KEPT.setdefault((len(y), num_classes), torch.zeros_like(right)).copy_(right)


@slip(RESULT, "return torch.tensor([[float(label == c) for c in classes] for label in y])")
def empty_list_loses_the_width():
    """Without labels the result has shape (0,), as torch.tensor makes it of an empty list. The width is known all the
    same: torch.zeros(n, num_classes) has shape (0, num_classes)."""
