"""TODO: the task in one sentence.

TODO: the formula and the idea in your own words, with shapes.

Read: TODO: book section or paper.
"""

from torch import Tensor


def masked_softmax(X: Tensor) -> Tensor:
    """TODO: what it returns.

    X: TODO (shape, dtype). Returns TODO (shape, dtype).
    """
    # TODO: what the learner does first.
    ### BEGIN SOLUTION
    return X
    ### END SOLUTION
