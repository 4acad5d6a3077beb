import math

import torch
from torch import nn


def masked_softmax(X, valid_lens):
    """Like in the book (11.3)."""
    if valid_lens is None:
        return nn.functional.softmax(X, dim=-1)
    shape = X.shape
    if valid_lens.dim() == 1:
        valid_lens = torch.repeat_interleave(valid_lens, shape[1])
    else:
        valid_lens = valid_lens.reshape(-1)
    flat = X.reshape(-1, shape[-1])
    mask = torch.arange(flat.size(1))[None, :] < valid_lens[:, None]
    flat = flat.masked_fill(~mask, -1e6)
    return nn.functional.softmax(flat.reshape(shape), dim=-1)


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    d = queries.shape[-1]
    scores = torch.bmm(queries, keys.transpose(1, 2)) / math.sqrt(d)
    attention_weights = masked_softmax(scores, valid_lens)
    return torch.bmm(attention_weights, values), attention_weights
