"""Gradients through many layers: how large they are at each of them.

A deep network without biases, all layers of one kind, computes

    H_0 = X,   H_l = act(H_(l-1) W_l)                     for l = 1, ..., L
               H_l = H_(l-1) + act(H_(l-1) W_l)           with residual connections

The gradient with respect to W_1 is a product of L factors, one for each layer that it comes through. If these are below
1, it vanishes, and the first layers learn nothing; if they are above 1, it explodes. A derivative of sigmoid is at most
1/4, so twenty layers of it make 1/4^20, about 1e-12. A residual connection adds a 1 to each factor.

Small numbers become 0 and large ones inf long before that in float16, whose range is from 6e-8 to 65504.

Read: Dive into Deep Learning, section 5.4.1; He, Zhang, Ren, Sun (2016), "Deep Residual Learning for Image
Recognition".
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def deep_weights(depth: int, width: int, scale: float, generator: torch.Generator) -> list[Tensor]:
    """Random weights for that many layers of the same width.

    depth: the number of layers; below 1 it raises ValueError. width: at least 1. scale: above 0.
    generator: the only source of random numbers. Equal states of it give equal weights, and it is never seeded again,
    so that a second call with it gives others.
    Returns a list of depth matrices of shape (width, width), float32, on the device of the generator, without
    requires_grad. All elements of all matrices are independent draws from N(0, scale^2 / width), in which the variance
    is given. From the same state of the generator another scale gives the same numbers times the ratio of both scales,
    up to rounding.
    """
    # TODO: which standard deviation belongs to that variance?
    ### BEGIN SOLUTION
    if depth < 1:
        raise ValueError(f"depth should be at least 1, got {depth}")
    std = scale / width**0.5
    draw = {"generator": generator, "device": generator.device}
    return [std * torch.randn(width, width, **draw) for _ in range(depth)]
    ### END SOLUTION


def gradient_norms(X: Tensor, weights: Sequence[Tensor], activation: str, residual: bool = False) -> Tensor:
    """For each layer the norm of the gradient of a loss with respect to its weights.

    X: (n, d_0). weights: W_1, ..., W_L, of the shapes (d_0, d_1), (d_1, d_2), ...; with residual all are square.
    activation: "sigmoid", "tanh", "relu" (whose derivative at 0 is 0) or "identity", after every layer, the last one
    included. Any other text raises ValueError, and so does an empty sequence of weights.
    The loss is the mean of all elements of H_L.
    Returns a float64 tensor of shape (L,), without requires_grad: element l - 1 is the Frobenius norm of the gradient
    with respect to W_l, the layer nearest to the input first.
    Every position counts for itself, even where the same tensor stands at several of them, as in a recurrent network:
    its gradient at a position is that of its use there, not the sum over all uses.
    X and the weights have one dtype, float16, bfloat16, float32 or float64, and both passes run in it, so that what is
    out of its range becomes 0, inf or nan. Only the norm of the finished gradient is taken in float64.
    X and the weights keep their values, and their .grad stays None, whether they require grad or not.
    """
    # TODO: refuse what makes no sense.
    # TODO: give each layer a weight tensor of its own that requires grad, and compute the loss.
    # TODO: torch.autograd.grad returns gradients and writes none of them anywhere.
    ### BEGIN SOLUTION
    functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "identity": lambda Z: Z}
    if activation not in functions or len(weights) == 0:
        raise ValueError(f"expected weights and one of {', '.join(functions)}, got {activation!r}")
    own = [W.detach().requires_grad_() for W in weights]  # a leaf for each position
    H = X.detach()
    for W in own:
        out = functions[activation](H @ W)
        H = H + out if residual else out
    grads = torch.autograd.grad(H.mean(), own)
    return torch.stack([g.double().norm() for g in grads])
    ### END SOLUTION
