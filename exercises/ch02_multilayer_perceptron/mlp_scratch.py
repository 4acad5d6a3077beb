"""A multilayer perceptron from scratch: its parameters, and what it computes.

A network with layers of sizes n_0 (the inputs), n_1, ..., n_L (the outputs) has a weight matrix and a bias for each
layer, kept in one flat list:

    params = [W1, b1, W2, b2, ..., WL, bL]        W_l (n_(l-1), n_l), b_l (n_l,)

A sample runs through the layers one after the other. Each multiplies and adds, and a ReLU follows on each but the last,
whose numbers may have any sign:

    H = relu(X W1 + b1),  H = relu(H W2 + b2),  ...,  output = H WL + bL

Weights start as small random numbers: units that start alike get the same gradients, and stay alike for ever.

nn.Linear and F.linear, which do the job of one layer, are not allowed in this file; matrix products, torch.relu and
nn.Parameter are.

Read: Dive into Deep Learning, section 5.2.1.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor


def init_params(sizes: Sequence[int], std: float, generator: torch.Generator) -> list[Tensor]:
    """The parameters of a network before training.

    sizes: [inputs, hidden ..., outputs], at least two numbers, of which each neighbouring pair is a layer.
    std: the standard deviation of the weights, at least 0; with 0 they are zeros.
    generator: on the CPU, the only source of randomness. Equal states of it give equal parameters, whatever state
    torch's global generator is in. It is not seeded again: a second call draws other numbers.
    Returns the flat list [W1, b1, ..., WL, bL], a Python list. W_l has the shape (sizes[l-1], sizes[l]), each entry
    drawn from N(0, std^2) independently of all others; b_l has the shape (sizes[l],) and is zero. All are float32, and
    leaves with requires_grad = True: a backward pass fills their .grad.
    """
    # TODO: go through the pairs of neighbouring sizes.
    # TODO: draw W, make b, and ask for gradients only when their numbers are final: what is computed is no leaf.
    raise NotImplementedError


def mlp(X: Tensor, params: Sequence[Tensor]) -> Tensor:
    """The outputs of the network for a batch.

    X: (n, ...), one sample a row, with two axes or more; each sample is flattened row by row, to W1.shape[0] numbers.
    params: the flat list [W1, b1, ..., WL, bL] for any L from 1 up, of the floating dtype of X.
    Returns (n, WL.shape[1]), in that dtype. There is a ReLU after each layer but the last; with two parameters the
    network is X W1 + b1. The gradient flows to X and to all the params; none of them is changed.
    """
    # TODO: flatten each sample; then one layer after the other.
    # TODO: which of them is without a ReLU?
    raise NotImplementedError
