"""L1 decay: a penalty that makes small weights exactly 0.

The penalty |w_1| + ... + |w_n| pulls at every weight with the same strength, however small it is already. Its gradient
is sign(w): a step along it makes a weight jump to and fro across 0, and never rest there. A proximal step makes the
plain step first, and then pulls what came out towards 0, by lr * decay and at most to 0:

    soft_threshold(x, t) = x - t  where x > t
                           x + t  where x < -t
                           0      in between

    weight:   w <- soft_threshold(w - lr * grad, lr * decay)
    bias:     b <- b - lr * grad

torch.optim, softshrink, hardshrink and threshold are not allowed in this file, nor torch's norms; abs, sign, clamp,
where, relu, maximum and sums are.

Read: Beck and Teboulle (2009), "A Fast Iterative Shrinkage-Thresholding Algorithm for Linear Inverse Problems", section
1; Dive into Deep Learning, section 3.7, for the L2 penalty and its step.
"""

import torch
from torch import Tensor


def l1_penalty(w: Tensor) -> Tensor:
    """The sum of |w_i| over all elements of w.

    w: any shape, also () and empty; floating. Returns a tensor of shape () with the dtype of w. Its gradient is 1 where
    w_i > 0, -1 where w_i < 0, and 0 where w_i is 0.
    """
    # TODO: one line; what does your form do to the gradient at 0?
    raise NotImplementedError


def soft_threshold(x: Tensor, t: float) -> Tensor:
    """x - t where x > t, x + t where x < -t, and exactly 0 in between, element by element.

    x: any shape, floating; it stays as it is. t: a number from 0 up; t < 0 and NaN raise ValueError, and t = 0 gives x.
    Returns the shape and dtype of x. The gradient is 1 where |x| > t and 0 where |x| < t; at |x| = t it is not asked
    for.
    """
    # TODO: refuse what is no threshold; then both sides, and what lies between them.
    raise NotImplementedError


def sgd_l1_decay(params: list[Tensor], lr: float, decay: float) -> None:
    """One proximal step, in place.

    params: leaf tensors, as those of a network are, in any order. A tensor of two or more dimensions is a weight, and
    becomes soft_threshold(w - lr * grad, lr * decay). One of one or no dimension is a bias, and becomes b - lr * grad.
    grad is the tensor's .grad; where that is None, the tensor is left alone altogether.
    lr and decay: floats from 0 up.
    The tensors are changed in place: the list holds the same objects afterwards, in the same memory. Autograd records
    nothing, they still require grad as before, and .grad is neither changed nor cleared. Returns None.
    """
    # TODO: for each tensor with a gradient, outside of autograd's sight; copy_ and -= write in place.
    raise NotImplementedError
