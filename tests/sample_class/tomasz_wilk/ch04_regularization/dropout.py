"""Dropout, in the form that every library uses: inverted dropout.

While a network trains, each element of X is dropped (becomes 0) with probability p, independently of all others and
anew at each call. What is kept grows by 1 / (1 - p), so that the mean stays what it was:

    Y = X / (1 - p)   with probability 1 - p
    Y = 0             with probability p          mean of Y = X

So nothing is left to do after training: out of training mode the result is X itself.

Read: Dive into Deep Learning, section 5.6; Srivastava et al. (2014), "Dropout: A Simple Way to Prevent Neural Networks
from Overfitting" (which scales at test time instead: the same idea, the factor on the other side).
"""

import torch
from torch import Tensor


def dropout(X: Tensor, p: float, training: bool = True) -> Tensor:
    """Inverted dropout of X.

    X: any shape, floating; it stays as it is. p: the probability that an element is dropped, an int or a float in
    [0, 1]. training: whether to drop at all.
    Returns a tensor of the shape and dtype of X. In training, each element is on its own kept with probability 1 - p,
    as X / (1 - p), or is 0; p = 0 gives X, p = 1 zeros (with gradient 0, never NaN). Else the result is X.
    The gradient is that of the kept elements, 1 / (1 - p), and 0 where an element was dropped.
    How you draw random numbers is up to you; PyTorch's own dropout functions and layers are not allowed here.
    """
    # TODO: out of training mode there is nothing to do; p = 1 needs a thought of its own.
    # TODO: draw for each element whether it is kept, True with probability 1 - p.
    # TODO: put 0 in the place of the others, and scale what is kept.
    raise NotImplementedError
