"""Clipping gradients: a limit for how far a single step can go.

Once in a while a gradient is a thousand times as long as those before. One step along it throws the weights far away,
larger weights make the next gradient larger still, and the loss ends as NaN. So gradients are cut down after the
backward pass and before the step of the optimizer. All of them together are one long vector, and

    g = the L2 norm of that vector = sqrt(the sum of the squares of all elements of all gradients)
    every gradient <- theta / g * gradient     if g > theta, else nothing changes

keeps its direction and limits its length. Clipping by value cuts each element down to [-c, c] by itself, which is
simpler and changes the direction.

All functions of torch.nn.utils.clip_grad are forbidden in this file, clip_grad_norm_ and get_total_norm among them,
and so are the operators on lists that they use, torch._foreach_norm, _foreach_mul and _foreach_clamp. Norms of single
tensors, clamp_ and mul_ are not.

Read: Dive into Deep Learning, section 9.5.3; Pascanu, Mikolov and Bengio (2013), "On the difficulty of training
recurrent neural networks", section 3.2.
"""

from collections.abc import Iterable

import torch
from torch import Tensor


def clip_grad_norm_(params: Iterable[Tensor], theta: float) -> Tensor:
    """Scales all gradients together so that their norm is theta at most, in place.

    params: a list of tensors, or an iterator that can be gone through only once, as net.parameters() is. A tensor whose
    .grad is None is skipped. Gradients have any shape, () included, and any strides; all have the same floating dtype.
    theta: a number above 0, possibly inf; theta <= 0 and NaN raise ValueError, and nothing is changed.
    g is the L2 norm of all gradients together, as one long vector. If g > theta, every gradient is multiplied by
    theta / g; else none of them changes, not even by rounding, and zeros stay 0.
    Only .grad changes, in place: it is the same tensor afterwards, in the same memory. The parameters never change.

    Returns g as it was before clipping: shape (), in the dtype of the gradients, and detached, even where the gradients
    themselves require grad, as after backward(create_graph=True). Without any gradient it is a float32 0.
    float16 and bfloat16: g is computed in float32, since 256^2 is inf in float16 already, and returned in float32. In
    the other dtypes all squares are in range.
    """
    # TODO: refuse what is no limit, and keep the gradients that are there.
    # TODO: one norm of all of them, and in which dtype?
    # TODO: where it is too large, all of them times one number.
    ### BEGIN SOLUTION
    if not theta > 0:  # true of NaN too
        raise ValueError(f"theta should be above 0, got {theta}")
    grads = [p.grad.detach() for p in params if p.grad is not None]  # the same memory, without a graph
    if not grads:
        return torch.tensor(0.0)
    wide = torch.promote_types(grads[0].dtype, torch.float32)
    g = sum((grad.to(wide) ** 2).sum() for grad in grads).sqrt()
    if g > theta:
        for grad in grads:
            grad *= theta / g
    return g
    ### END SOLUTION


def clip_grad_value_(params: Iterable[Tensor], c: float) -> None:
    """Takes every element of every gradient into [-c, c], in place.

    params: as for clip_grad_norm_. c: a number above 0, possibly inf; c <= 0 and NaN raise ValueError, and nothing is
    changed. An element above c becomes c, one below -c becomes -c, and the others stay as they are.
    Only .grad changes, in place, as in clip_grad_norm_. Returns None.
    """
    # TODO: one line for each gradient that is there.
    ### BEGIN SOLUTION
    if not c > 0:
        raise ValueError(f"c should be above 0, got {c}")
    for p in params:
        if p.grad is not None:
            p.grad.detach().clamp_(-c, c)
    ### END SOLUTION
