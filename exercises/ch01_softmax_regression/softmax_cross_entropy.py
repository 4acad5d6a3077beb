"""Softmax and cross-entropy in one: the loss straight from the logits, and its gradient.

Softmax takes exponentials, and cross-entropy takes a logarithm again. In one, most of it cancels. With logits o and
label y,

    -log(exp(o_y) / sum over k of exp(o_k)) = log(sum over k of exp(o_k)) - o_y

and no probability is left that could be rounded to 0, with a loss of inf. The first term is the log-sum-exp. It still
overflows as it stands, but any number m may be moved out of it: log(sum of exp(o_k)) = m + log(sum of exp(o_k - m)).

The gradient is simpler than the loss. For the mean over n samples it is, in row i, prediction minus truth:

    (softmax(logits)[i] - one_hot(y[i])) / n

Ready-made log_softmax, logsumexp, logcumsumexp, cross_entropy and nll_loss are not allowed in this file, whatever their
spelling; torch.softmax and F.one_hot are. The gradient is to be computed by its formula, without autograd.

Read: Dive into Deep Learning, sections 4.1.2 (the loss and its gradient) and 4.5.2 (LogSumExp).
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def softmax_cross_entropy(logits: Tensor, y: Tensor) -> Tensor:
    """The mean over the samples of log(sum over k of exp(o_k)) - o_y.

    logits (n, C): n >= 1 samples, C >= 1 classes, float32 or float64, in any mixture from -1e4 to 1e4; y (n,): int64
    labels in 0..C-1. Both may be views of other tensors, as a transpose is. Returns a tensor of shape () in the dtype
    of logits; the inputs are left unchanged.
    A label 2e4 below the largest logit of its row costs 2e4: the loss is not inf, and not capped. float64 is computed
    in float64, to its full precision. In float32 a loss up to 1 is right to 1e-5, a larger one to 1e-5 of its value,
    and any to 2e-3 where logits are near 1e4. Autograd gives the gradient of the loss with respect to logits, which is
    never NaN or infinite.
    """
    # TODO: the log-sum-exp of each row. What is moved out of it, so that no exponential overflows?
    # TODO: subtract the logit of the label; then take the mean.
    raise NotImplementedError


def softmax_cross_entropy_grad(logits: Tensor, y: Tensor) -> Tensor:
    """The gradient of softmax_cross_entropy with respect to logits, by its formula.

    logits (n, C), y (n,): as there, in the same range. Returns (n, C) in the dtype of logits; the inputs are left
    unchanged. It is called under torch.inference_mode(), where autograd records nothing; backward, torch.autograd and
    torch.func are not allowed in it.
    """
    # TODO: prediction minus truth, and the n of the mean.
    raise NotImplementedError
