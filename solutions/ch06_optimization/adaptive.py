"""One step of an optimizer that gives each element of each parameter a rate of its own.

Where gradients are large, steps should be short, and where they are small, long. So the gradient is divided by a
measure of how large it usually is there: the root of a sum or of a running mean of its squares. All of it is
elementwise, g is the gradient:

    adagrad    s <- s + g^2
               p <- p - lr * g / (sqrt(s) + eps)

    rmsprop    s <- alpha * s + (1 - alpha) * g^2
               p <- p - lr * g / (sqrt(s) + eps)

    adam       m <- beta1 * m + (1 - beta1) * g
               v <- beta2 * v + (1 - beta2) * g^2
               t <- t + 1
               p <- p - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)

s, m and v begin at 0. Adam's two means are too small at first for that reason, and dividing by 1 - beta^t corrects it:
t is 1 in a parameter's first step, and counts only the steps that this parameter has taken. eps is added outside the
root, in adam to the root of the corrected v; for Adagrad and RMSprop the book writes it inside. It keeps a gradient of
0 from making NaN. There is nothing else: rmsprop is not centred and has no momentum, and adagrad's rate does not decay.
So parameters go where torch.optim.Adagrad, RMSprop and Adam take them, step after step.

The functions are called as those of sgd_momentum are:

    params   a list of leaf tensors of any shapes, of one floating dtype. Whoever calls has filled each .grad or left it
             None, and calls again after the next backward(). .grad is only read: it is neither changed nor cleared.
    states   a list with one dict for each parameter, empty before its first step. At each step these are the same dict
             objects. What has to last from one step to the next is kept in a parameter's dict, and nowhere else: if the
             dicts are emptied, the optimizer starts anew. Tensors in there have the shape and the dtype of the
             parameter, or are 0-dim; none has a graph or shares memory with .grad. Numbers are welcome too.
    hyper    a dict of numbers, which is not changed. Every number is there. They may differ from call to call.

Parameters are changed in place: the list holds the same tensor objects afterwards, in the same memory. Autograd records
nothing of it, and requires_grad stays as it is. A parameter whose .grad is None is skipped: it stays as it is, and so
does its dict. All three functions return None.

Forbidden: torch.optim, and the fused operators behind it.

Read: Dive into Deep Learning, sections 12.7 (Adagrad), 12.8 (RMSProp) and 12.10 (Adam); Kingma and Ba (2015), "Adam: A
Method for Stochastic Optimization", sections 2 and 3.
"""

import torch
from torch import Tensor


def adagrad(params: list[Tensor], states: list[dict], hyper: dict) -> None:
    """One step of Adagrad in place.

    params, states, hyper: as above; hyper is {"lr": ..., "eps": ...}.
    """
    # TODO: add the squares of the gradient to the sum of all earlier ones.
    # TODO: divide the gradient by the root of that sum, and by eps as well.
    ### BEGIN SOLUTION
    with torch.no_grad():
        for p, state in zip(params, states, strict=True):
            if p.grad is None:
                continue
            s = state.setdefault("s", torch.zeros_like(p))
            s += p.grad**2
            p -= hyper["lr"] * p.grad / (s.sqrt() + hyper["eps"])
    ### END SOLUTION


def rmsprop(params: list[Tensor], states: list[dict], hyper: dict) -> None:
    """One step of RMSprop in place: a running mean of the squares in place of Adagrad's sum.

    params, states, hyper: as above; hyper is {"lr": ..., "alpha": ..., "eps": ...}, with 0 <= alpha < 1.
    """
    # TODO: what share of the mean stays, and with what share does the new square come in?
    ### BEGIN SOLUTION
    with torch.no_grad():
        for p, state in zip(params, states, strict=True):
            if p.grad is None:
                continue
            mean = state.setdefault("mean", torch.zeros_like(p))
            mean.mul_(hyper["alpha"]).add_((1 - hyper["alpha"]) * p.grad**2)
            p -= hyper["lr"] * p.grad / (mean.sqrt() + hyper["eps"])
    ### END SOLUTION


def adam(params: list[Tensor], states: list[dict], hyper: dict) -> None:
    """One step of Adam in place.

    params, states, hyper: as above; hyper is {"lr": ..., "beta1": ..., "beta2": ..., "eps": ...}, with 0 <= beta < 1.
    """
    # TODO: which three things does a parameter need from its last step?
    # TODO: bring them up to date, and correct both means by t without changing what is kept.
    ### BEGIN SOLUTION
    beta1, beta2 = hyper["beta1"], hyper["beta2"]
    with torch.no_grad():
        for p, state in zip(params, states, strict=True):
            if p.grad is None:
                continue
            m = state.setdefault("m", torch.zeros_like(p))
            v = state.setdefault("v", torch.zeros_like(p))
            t = state["t"] = state.get("t", 0) + 1
            m.mul_(beta1).add_((1 - beta1) * p.grad)
            v.mul_(beta2).add_((1 - beta2) * p.grad**2)
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
            p -= hyper["lr"] * m_hat / (v_hat.sqrt() + hyper["eps"])
    ### END SOLUTION
