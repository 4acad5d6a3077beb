"""Masked softmax: scores turned into weights, with the padding left out.

Sequences of a batch are padded to one length, and padding must not be looked at. valid_lens says how many keys,
counted from the first, are real; the softmax is taken among these, and the keys behind them weigh exactly 0:

    result[b, i, j] = exp(X[b, i, j]) / sum over the valid keys m of exp(X[b, i, m])     at a valid key j
    result[b, i, j] = 0                                                                  at the others

A row without any valid key has nothing to weigh: there each of the k keys gets 1/k.

Read: Dive into Deep Learning, section 11.3 (masked softmax operation).
"""

import torch
from torch import Tensor


def masked_softmax(X: Tensor, valid_lens: Tensor | None = None) -> Tensor:
    """The softmax of X over its last axis, among the first valid_lens keys.

    X (b, q, k): finite scores in float32 or float64, from -1e4 to 1e4; batch b, queries q, keys k.
    valid_lens: int64, how many keys count: (b,) one length an item of the batch, or (b, q) one a query; None: all
    keys count. The number of axes tells the two apart (b may equal q). A length above k means k; at length 0 all k
    keys of the row get 1/k.
    Returns (b, q, k) in the dtype of X, never NaN: also where all valid scores are -1e4 and a masked one is +1e4.
    X is left unchanged (a reshaped X may share its memory). Gradients flow to the valid scores alone: they are
    exactly 0 at masked keys and in rows of length 0.
    Everything in PyTorch may be used.
    """
    # TODO: bring valid_lens, (b,) or (b, q), to a shape that can be compared with the positions of the keys.
    # TODO: keep the scores at positions >= the length out of the softmax; think of a row of length 0.
    # TODO: take the softmax over the keys.
    ### BEGIN SOLUTION
    scores = X
    if valid_lens is not None:
        if valid_lens.dim() == 1:
            valid_lens = valid_lens.unsqueeze(1)  # (b, 1): one length for all queries of an item
        position = torch.arange(X.shape[-1], device=X.device)  # (k,)
        masked = position >= valid_lens.unsqueeze(-1)  # (b, 1 or q, k)
        scores = X.masked_fill(masked, -1e6)  # not -inf: a row of nothing but -inf becomes NaN
    return torch.softmax(scores, dim=-1)
    ### END SOLUTION
