"""What a stack of layers comes to without its activations, and what it comes to around one input.

A network is the flat list of its parameters, params = [W1, b1, W2, b2, ..., WL, bL], with W_l (n_(l-1), n_l) and
b_l (n_l,), and each layer is X W + b.

Without an activation, layers in a row are one linear layer. For two of them,

    (X W1 + b1) W2 + b2 = X (W1 W2) + (b1 W2 + b2)

and so on for more: a deep stack can do no more than a single layer.

With a ReLU after every layer but the last, a hidden unit does one of two things for a given input x. Where its
pre-activation, bias included, is positive, the unit is active, and the ReLU changes nothing. Elsewhere, at exactly 0
too, the unit is inactive and gives 0, whatever its weights and its bias are: it may as well be taken out. What is left
has no activation, and is one linear layer. It belongs to x, and to all inputs at which the same units are active.

Autograd is not allowed in this file, in any form: backward, torch.autograd and torch.func. Matrix products and
torch.relu are.

Read: Dive into Deep Learning, section 5.1.1; Montufar and others (2014), "On the Number of Linear Regions of Deep
Neural Networks".
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def collapse(params: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The one linear layer that the stack is when there is no activation in it.

    params: [W1, b1, ..., WL, bL], a flat list or tuple for any L from 1 up, of one floating dtype, float32 or float64;
    none of them is changed. Returns (W, b) in that dtype, with W (n_0, n_L) and b (n_L,), such that X @ W + b is what
    the stack gives, for every X. For L = 1 these are W1 and b1.
    It is called under torch.inference_mode(), where autograd records nothing.
    """
    # TODO: begin with the first layer, and join one more at a time.
    # TODO: what does the new layer make of the bias that has come so far?
    ### BEGIN SOLUTION
    W, b = params[0], params[1]
    for W_l, b_l in zip(params[2::2], params[3::2], strict=True):
        W = W @ W_l
        b = b @ W_l + b_l
    return W, b
    ### END SOLUTION


def local_map(x: Tensor, params: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """The one linear layer that the network with ReLUs is at an input.

    x: (n_0,), a single input, of the dtype of the params; params: as for collapse. x and the params are not changed.
    There is a ReLU after every layer but the last. A hidden unit is active at x when its pre-activation is greater than
    0; an inactive one, with exactly 0 too, is taken out together with its bias.
    Returns (W, b) in the dtype of x, with W (n_0, n_L) and b (n_L,). So x @ W + b is the output of the network at x,
    and W, transposed, its Jacobian there. For L = 1 these are W1 and b1.
    It is called under torch.inference_mode(), where autograd records nothing.
    """
    # TODO: join the layers as in collapse; before each, find the units that are active at x.
    # TODO: which numbers in W and in b belong to a unit that is taken out?
    ### BEGIN SOLUTION
    W, b = params[0], params[1]
    for W_l, b_l in zip(params[2::2], params[3::2], strict=True):
        active = x @ W + b > 0  # x @ W + b: the pre-activations of the layer before
        W = torch.where(active, W, 0) @ W_l
        b = torch.where(active, b, 0) @ W_l + b_l
    return W, b
    ### END SOLUTION
