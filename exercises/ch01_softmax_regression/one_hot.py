"""One-hot vectors: a class as a row with a single 1.

Classes are counted 0, 1, 2, ..., but class 2 is no more than class 1, and their mean is no class at all. A one-hot
vector has one entry for each class, and so every class is as far from any other:

    result[i, j] = 1    where j is the label y[i]
    result[i, j] = 0    at the others

torch.nn.functional.one_hot is not allowed in this file. Everything else is allowed: torch.eye, indexing,
scatter, comparisons, loops.

Read: Dive into Deep Learning, section 4.1 (classification).
"""

import torch
from torch import Tensor


def one_hot(y: Tensor, num_classes: int) -> Tensor:
    """The labels y as rows of zeros with a single 1.

    y (n,): int64 labels, counted from 0; n may be 0. num_classes: a Python int, at least 1.
    Returns (n, num_classes), a new tensor at each call, always float32 and on the device of y. num_classes alone
    says how wide it is, also where the largest labels do not occur; for n = 0 the shape is (0, num_classes).
    Raises ValueError, and no other exception, if any label is below 0 or at least num_classes. y is left unchanged,
    also where ValueError is raised.
    """
    # TODO: refuse labels that are not classes. What does indexing make of -1, and of a label that is too large?
    # TODO: one row for each label, with a 1 in the column of that label.
    raise NotImplementedError
