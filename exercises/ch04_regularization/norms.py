"""How large a vector is: the p-norms, and the penalty that weight decay comes from.

    lp_norm(x, p)  = (|x_1|^p + ... + |x_n|^p)^(1/p)     for any p > 0
    lp_norm(x, inf) = max |x_i|                          what this tends to as p grows
    lp_norm(x, 0)  = how many x_i are not 0              not a norm, but called so
    l2_penalty(w)  = (w_1^2 + ... + w_n^2) / 2           no root, and its gradient is w itself

The formula is right on paper. In float32 the square of 1e20 is infinite and that of 1e-30 is 0, while the norm of such
a vector is an ordinary number. Float64 only moves the problem further out: (1e20)^100 is infinite there too.

torch's own norms are not allowed in this file (torch.norm, torch.linalg.norm and vector_norm, dist, cdist, renorm,
F.normalize, F.lp_pool, PairwiseDistance); abs, sums, powers, max, count_nonzero, exp, log and logsumexp are.

Read: Dive into Deep Learning, section 2.3.11 (norms) and 3.7 (weight decay).
"""

import math

import torch
from torch import Tensor


def lp_norm(x: Tensor, p: float) -> Tensor:
    """The p-norm of all elements of x, as one flat vector.

    x: any shape, also () and empty; floating and finite. p: an int or a float, from 0 up, math.inf included; a p
    below 0 (-inf too) and NaN raise ValueError.
    Returns a tensor of shape () with the dtype of x: the number of elements that are not 0 for p = 0, the largest
    |x_i| for p = inf, (sum of |x_i|^p)^(1/p) else. If all elements are 0, or there is none, it is 0 for every p.
    The result is right whenever the dtype can hold it, though it may not hold |x_i|^p: elements of 1e20 or 1e-20 in
    float32, of 1e200 in float64, with p = 2 and with p = 100.
    For p > 0 the gradient flows to x. It is not asked for where an element is 0, nor where several are the largest
    and p = inf.
    """
    # TODO: refuse what is no p; then p = 0 and p = inf, and vectors without any element that is not 0.
    # TODO: |x_i|^p is harmless if no |x_i| is above 1: what can you divide by, and multiply by in the end?
    raise NotImplementedError


def l2_penalty(w: Tensor) -> Tensor:
    """Half the sum of the squares of all elements of w.

    w: any shape, also () and empty; floating. Returns a tensor of shape () with the dtype of w; its gradient is w.
    """
    # TODO: one line, without a root and without a mean.
    raise NotImplementedError
