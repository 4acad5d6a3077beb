"""Accuracy: how often the class with the largest score is the right one.

A classifier is trained for its loss, but it is used for its answers, and an answer is one class. The prediction for a
row of logits is the class whose logit is the largest, and the accuracy is the share of rows in which that is the label:

    accuracy = (number of rows with argmax over j of logits[i, j] equal to y[i]) / n

It takes no softmax, because that keeps the order of the logits. It cannot take the place of the loss, because it moves
in steps: where a small change of the weights changes no answer, its gradient is 0.

Read: Dive into Deep Learning, section 4.3.2 (accuracy).
"""

import torch
from torch import Tensor


def accuracy(logits: Tensor, y: Tensor) -> float:
    """The share of the rows whose largest logit is that of the label.

    logits (n, C): the scores of C >= 1 classes, float32 or float64; entries may be -inf, but none is NaN. They may
    require a gradient; none is asked for. y (n,): int64 labels in 0..C-1. Both are left unchanged.
    If several logits of a row tie for the largest, the prediction is the one with the lowest index, as torch.argmax has
    it: a label that is another one of them is wrong.
    Returns a Python float from 0 to 1: not a tensor, not a count, not a percentage.
    Raises ValueError for n = 0, with logits of shape (0, C): the share is undefined for zero rows.
    """
    # TODO: the share is undefined for zero rows.
    # TODO: one prediction for each row. Along which axis do you look for the largest logit?
    # TODO: the share of the rows in which it is the label, as a number of Python.
    ### BEGIN SOLUTION
    if len(y) == 0:
        raise ValueError("accuracy is a share of the rows, and there are none")
    predicted = torch.argmax(logits, dim=1)  # (n,)
    return (predicted == y).double().mean().item()
    ### END SOLUTION
