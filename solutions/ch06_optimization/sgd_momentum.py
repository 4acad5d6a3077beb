"""One step of an optimizer: plain gradient descent, and descent with momentum.

An optimizer gets parameters whose gradients have been computed, and moves them. Plain descent follows each gradient:

    p <- p - lr * g

With momentum it follows a velocity, to which each gradient adds, while what earlier ones added fades:

    v <- momentum * v + g        v = 0 at first
    p <- p - lr * v

Gradients that agree from step to step add up, to 1 / (1 - momentum) times one of them in the long run; those that keep
changing their sign cancel. The rate stands outside v, as in torch.optim.SGD and in the book: a new rate holds for the
whole step. There is no dampening and no Nesterov momentum here.

Both functions below are called alike, so that a training loop can take either, and those of the next exercise too:

    params   a list of leaf tensors of any shapes, of one floating dtype. Whoever calls has filled each .grad or left it
             None, and calls again after the next backward(). .grad is only read: it is neither changed nor cleared.
    states   a list with one dict for each parameter, empty before its first step. At each step these are the same dict
             objects. What has to last from one step to the next is kept in a parameter's dict, and nowhere else: if the
             dicts are emptied, the optimizer starts anew. Tensors in there have the shape and the dtype of the
             parameter, or are 0-dim; none has a graph or shares memory with .grad. Numbers are welcome too.
    hyper    a dict of numbers, as {"lr": 0.1}, which is not changed. They may differ from call to call.

Parameters are changed in place: the list holds the same tensor objects afterwards, in the same memory. Autograd records
nothing of it, and requires_grad stays as it is. A parameter whose .grad is None is skipped: it stays as it is, and so
does its dict. Both functions return None.

Forbidden: torch.optim, and the fused operators behind it.

Read: Dive into Deep Learning, sections 12.4 (stochastic gradient descent) and 12.6 (momentum); Sutskever and others
(2013), "On the importance of initialization and momentum in deep learning", who have the rate inside v.
"""

import torch
from torch import Tensor


def sgd(params: list[Tensor], states: list[dict], hyper: dict) -> None:
    """One step of gradient descent in place: p <- p - lr * g.

    params, states, hyper: as above; hyper is {"lr": ...}, at least 0. The dicts in states stay empty.
    """
    # TODO: for each parameter with a gradient, outside of autograd's sight, write the new value where the old one is.
    ### BEGIN SOLUTION
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                continue
            p -= hyper["lr"] * p.grad
    ### END SOLUTION


def momentum(params: list[Tensor], states: list[dict], hyper: dict) -> None:
    """One step with momentum in place: v <- momentum * v + g, then p <- p - lr * v. v is 0 before the first step.

    params, states, hyper: as above; hyper is {"lr": ..., "momentum": ...}, with lr at least 0 and 0 <= momentum < 1.
    v is kept in the parameter's dict, under a key of your choice.
    """
    # TODO: at its first step a parameter has no v yet.
    # TODO: bring v up to date before the parameter moves.
    ### BEGIN SOLUTION
    with torch.no_grad():
        for p, state in zip(params, states, strict=True):
            if p.grad is None:
                continue
            v = state.setdefault("v", torch.zeros_like(p))
            v.mul_(hyper["momentum"]).add_(p.grad)
            p -= hyper["lr"] * v
    ### END SOLUTION
