"""What the exercises share in which a network is a flat list of parameters, [W1, b1, ..., WL, bL]."""

from itertools import pairwise

from autograder.spec import OFF_GRID, normal


def layers(*widths):
    """Parameters of layers X @ W + b between these widths, as a flat list.

    The biases keep pre-activations off 0, where a ReLU has no derivative, and most of the units active.
    """
    return [part for a, b in pairwise(widths) for part in (normal(a, b), normal(b, mean=0.5, shift=OFF_GRID))]
