"""Scaled dot-product attention: the average of the values, weighted by how well each key fits the query.

The score of query i and key j is their dot product, divided by the square root of their number of features d
(without it, scores grow with d and the softmax turns into a hard choice with hardly any gradient):

    scores[b, i, j]  = (queries[b, i] . keys[b, j]) / sqrt(d)
    weights[b, i, :] = softmax(scores[b, i, :])                       among the valid keys, 0 at the others
    output[b, i]     = sum over j of weights[b, i, j] * values[b, j]

Sequences of a batch are padded to one length. valid_lens says how many of the keys, counted from the first,
are real; the others must have no influence at all.

Read: Dive into Deep Learning, section 11.3; Vaswani and others, "Attention Is All You Need" (2017), section 3.2.1.
"""

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(
    queries: Tensor, keys: Tensor, values: Tensor, valid_lens: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Output and weights of scaled dot-product attention.

    queries (b, q, d), keys (b, k, d), values (b, k, v): batch first, all of one floating dtype.
    valid_lens: int64, how many keys count: (b,) one length an item of the batch, or (b, q) one a query; each
    from 1 to k; None: all keys count. The number of axes tells the two apart (b may equal q).
    Returns the tuple (output (b, q, v), weights (b, q, k)) in the dtype of the queries. The weights of a query
    sum to 1, those of masked keys are exactly 0, also for scores (after the division) of +1e4 and -1e4.
    The inputs are left unchanged, and gradients flow to queries, keys and values through both results.
    PyTorch's own attention (F.scaled_dot_product_attention, nn.MultiheadAttention) is not allowed here.
    """
    # TODO: compute the scores (b, q, k) of all pairs of queries and keys.
    # TODO: where valid_lens is given, keep the scores of keys at positions >= the length out of the softmax.
    # TODO: turn the scores into weights, average the values with them, and return both.
    raise NotImplementedError
