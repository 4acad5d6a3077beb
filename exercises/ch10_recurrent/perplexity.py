"""Perplexity: among how many equally likely tokens a language model seems to choose.

A language model gives each token that may come next a probability. A good one gave a high probability to the tokens
that did come. Their logarithms are averaged over all positions, and exp undoes the logarithm:

    perplexity = exp(-(1/m) * sum over the m counted positions of log p(target))

A model that knows nothing, and gives each of V tokens 1/V, has the perplexity V. One that is always sure, and right,
has the perplexity 1. It is the exponential of the mean cross-entropy, in natural logarithms.

Read: Dive into Deep Learning, section 9.3.2.
"""

import torch
from torch import Tensor


def perplexity(log_probs: Tensor, targets: Tensor, mask: Tensor | None = None) -> float:
    """exp of minus the mean log-probability of the targets, over all counted positions together.

    log_probs: (..., V), float32 or float64, natural logarithms of probabilities that sum to 1 over the last axis. There
    may be any number of leading axes, from one up. They may require a gradient, but none is asked for.
    targets: (...), int64, the token that came at each position, from 0 to V - 1 where it counts.
    mask: (...), bool. True: the position counts. None: all positions count. Where it is False, the target may be any
    integer, such as -100, and log_probs may be -inf or NaN: nothing of it counts. Token 0 is a token like any other.
    Returns a Python float; float64 is computed to its full precision. It is inf, without an exception, if a counted
    target has the log-probability -inf, or if minus the mean is too large for exp. That is so from 710 on; in float32
    it may be so from 89 on.
    Raises ValueError if no position counts, also where there is none at all. The arguments stay as they are.
    Everything in PyTorch may be used.
    """
    # TODO: without a mask, every position counts. And if none does?
    # TODO: the log-probability of the target at each counted position, of nothing else.
    # TODO: the mean, and its exponential, as a number of Python.
    raise NotImplementedError
