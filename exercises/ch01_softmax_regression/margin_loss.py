"""Two losses that need no probabilities: the squared error and the margin.

They are the first two answers to the question of what scores o_1, ..., o_C should be trained for, with the label y.

The squared loss asks for the right numbers, 1 for the label and 0 for the others, as regression does:

    sum over i of (o_i - onehot(y)_i)^2 / 2

The margin loss asks only that the label's score be ahead of each other one by a margin. What lies further ahead costs
nothing:

    sum over i other than y of max(0, margin + o_i - o_y)

It is the hinge loss of the support vector machine, for several classes: as a function of o_i - o_y it is flat up to a
bend, like an open hinge, and then rises in a straight line. Both are the sum over the classes of a row, then the mean
over the rows.

Ready-made mse_loss, huber_loss, smooth_l1_loss, multi_margin_loss, multilabel_margin_loss, margin_ranking_loss and
hinge_embedding_loss are not allowed in this file. F.one_hot, relu and clamp are.

Read: Dive into Deep Learning, section 4.1.1 (why not regression); Weston and Watkins, Support vector machines for
multi-class pattern recognition (1999).
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def squared_loss(O: Tensor, y: Tensor) -> Tensor:
    """The mean over the rows of sum over all classes i of (o_i - onehot(y)_i)^2 / 2.

    O (n, C): scores of n >= 1 samples and C >= 1 classes, float32 or float64; y (n,): int64 labels in 0..C-1. Returns a
    tensor of shape () in the dtype of O; the inputs are left unchanged. The gradient flows to O.
    """
    # TODO: what would the scores be if they were right? F.one_hot(y, num_classes) writes it down.
    # TODO: sum over the classes, mean over the rows.
    raise NotImplementedError


def multiclass_margin_loss(O: Tensor, y: Tensor, margin: float) -> Tensor:
    """The mean over the rows of sum over all classes i other than y of max(0, margin + o_i - o_y).

    O (n, C), y (n,): as in squared_loss. margin: a number, at least 0. Returns a tensor of shape () in the dtype of O;
    the inputs are left unchanged. The label itself has no term, so that C = 1 costs 0. The sum is not divided by C, as
    F.multi_margin_loss does, and nothing is squared. The gradient flows to O, also where the loss is 0: there it is 0,
    and backward() raises no error. At the bend, where margin + o_i - o_y is exactly 0, any gradient is accepted.
    """
    # TODO: the score of the label of each row, in a shape that goes with (n, C).
    # TODO: by how much does each class come too close, and which of these numbers do not count?
    raise NotImplementedError
