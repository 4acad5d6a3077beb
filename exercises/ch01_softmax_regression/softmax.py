"""Softmax: scores, one for each class, turned into probabilities.

The exponential makes every score positive and keeps their order; dividing by the sum makes them sum to 1:

    P[i, j] = exp(O[i, j]) / sum over k of exp(O[i, k])

Only differences count: adding the same number to all scores of a row changes nothing, since it cancels. On paper that
is a remark; in floating point it is what keeps exp(1000), which is infinite, out of the quotient.

Ready-made softmax, log_softmax, logsumexp, logcumsumexp, cross_entropy, nll_loss and attention are not allowed in this
file, whatever their spelling. exp, log, amax, sum and logaddexp are.

Read: Dive into Deep Learning, sections 4.1.1 (the softmax) and 4.5.2 (how it overflows).
"""

import torch
from torch import Tensor


def softmax(O: Tensor) -> Tensor:
    """The probabilities of the classes, each row for itself.

    O (n, C): logits of n >= 1 samples and C >= 1 classes, float32 or float64, from -1e4 to 1e4. They may be mixed in
    any way: 1e4 beside -1e4 in one row, or a row near 1e4 above a row near -1e4.
    O may be a view of another tensor, such as a transpose.
    Returns (n, C) in the dtype of O; O is left unchanged. Neither values nor gradients are ever NaN or infinite: even
    [1e4, 9999] gives [0.731, 0.269]. float64 is computed in float64, to its full precision; in float32 values are right
    to 1e-5, and to 2e-3 where logits are near 1e4, where float32 has steps of 1e-3. The gradient flows to O.
    """
    # TODO: which number can be subtracted from a row so that no exponential overflows, and one of them is exactly 1?
    # TODO: exponentials, divided by the sum of their row.
    raise NotImplementedError
