"""The perceptron: a line between two classes, moved a little after each mistake.

The labels y are -1 and +1. A row x is on the right side of the line where its margin is positive:

    margin = y (<w, x> + b)

Training starts with w = 0 and b = 0. An epoch visits the rows in order; a row whose margin is at most 0 counts as a
mistake, also where the margin is exactly 0, and moves the line at once, before the next row is looked at:

    w <- w + y x        b <- b + y

Where the margin is negative, this is one step of gradient descent, with learning rate 1, on the loss of that row:

    loss = max(0, -y (<w, x> + b))

If every |x| is at most r, and some line (u, c) with |u|^2 + c^2 <= 1 has y (<u, x> + c) >= rho > 0 for every row, then
there are at most (r^2 + 1) / rho^2 updates, whatever the order of the rows and however many there are.

Read: Dive into Deep Learning, section 5.1; Novikoff (1962), "On Convergence Proofs on Perceptrons".
"""

import torch
from torch import Tensor


def train_perceptron(X: Tensor, y: Tensor, max_epochs: int) -> tuple[Tensor, Tensor, int]:
    """Trains a perceptron; the step size is 1 and the rows are not shuffled.

    X: (n, d), floating; y: (n,), of the dtype of X, each entry -1 or +1. Both stay as they are.
    Training stops after the first epoch without an update, however large max_epochs is, and at the latest after
    max_epochs epochs: if no line separates the classes, the parameters reached by then are the result.
    Returns (w, b, num_updates): w (d,) and b (), both of the dtype of X, and the number of updates in all epochs
    together, a Python int. With max_epochs = 0 these are zeros and 0.
    """
    # TODO: start from zeros, and go through the rows, epoch after epoch.
    # TODO: a margin of at most 0 is a mistake: update w and b, and count it.
    # TODO: when is there nothing left to do?
    raise NotImplementedError


def perceptron_loss(X: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """The perceptron's loss of each row, max(0, -y (<w, x> + b)).

    X: (n, d), floating; y: (n,), each entry -1 or +1; w: (d,); b: (), all of one dtype.
    Returns the losses (n,), one for each row and no mean, in that dtype. The gradient flows to X, w and b; where the
    margin is exactly 0 it is not asked for.
    """
    # TODO: all margins at once; what is on the right side costs nothing.
    raise NotImplementedError
