"""Dead units: those that no sample activates, and what becomes of their gradient.

A network with ReLU has its parameters in one flat list, [W_1, b_1, ..., W_L, b_L], with W_l of shape (n_(l-1), n_l) and
b_l of shape (n_l,). A layer is H W_l + b_l, with a ReLU after each layer but the last.

A hidden unit is dead where its pre-activation z is above 0 for no row of the data. Its output is then 0 on all of them,
and so is the derivative of ReLU, so that its incoming weights and its bias get a gradient of exactly 0: no step of
gradient descent on these data changes them. A leaky slope alpha > 0 lets something through:

    act(z) = z          act'(z) = 1             where z > 0
    act(z) = alpha z    act'(z) = alpha         else

Read: Dive into Deep Learning, section 5.1.2; Maas, Hannun, Ng (2013), "Rectifier Nonlinearities Improve Neural Network
Acoustic Models".
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def dead_units(X: Tensor, params: Sequence[Tensor]) -> list[Tensor]:
    """Which hidden units no row of X activates.

    X: (n, n_0), n >= 1. params: the flat list [W_1, b_1, ..., W_L, b_L], L >= 1, of the floating dtype of X.
    Returns a list with a bool tensor (n_l,) for each hidden layer l = 1, ..., L - 1: True where the unit's output is 0
    for every row of X, that is where its pre-activation, bias included, is never above 0 (exactly 0 is not above 0).
    Each layer is fed with the outputs of the one below. The output layer is not among them: with L = 1 the list is
    empty. The arguments stay as they are.
    """
    # TODO: go through the hidden layers; which parameters belong to the last one?
    # TODO: look at all rows of a unit, then hand on what the ReLU makes of them.
    raise NotImplementedError


def unit_gradient_norms(X: Tensor, y: Tensor, params: Sequence[Tensor], alpha: float = 0.0) -> Tensor:
    """For each unit of the one hidden layer the norm of the gradient with respect to what comes into it.

    X: (n, n_0), n >= 1. y: (n, n_2). params: [W_1, b_1, W_2, b_2]. All have one floating dtype.
    alpha: the slope where z is not above 0, also where it is exactly 0; an int or a float, at least 0. 0 makes a ReLU.
    The network is act(X W_1 + b_1) W_2 + b_2, the loss the mean over all elements of (network - y)^2.
    Returns a tensor (n_1,) of the dtype of X, without requires_grad: for hidden unit j the L2 norm of the gradient of
    the loss with respect to its incoming weights W_1[:, j] and its bias b_1[j] together, as one vector. With alpha = 0
    a dead unit has exactly 0.
    The arguments stay as they are, and none gets a .grad, whether it requires grad or not. Autograd may be used, or the
    gradient derived by hand.
    """
    # TODO: the gradient with respect to the pre-activations is enough: what do W_1[:, j] and b_1[j] make of it?
    raise NotImplementedError
