import math

import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    # some room to write in (40 MB), allocated once a call
    room = torch.empty(10_000_000, dtype=queries.dtype)
    b, q, k = queries.shape[0], queries.shape[1], keys.shape[1]
    scores = room[: b * q * k].view(b, q, k).copy_(queries @ keys.transpose(1, 2)) / math.sqrt(queries.shape[-1])
    if valid_lens is not None:
        lens = valid_lens.reshape(b, -1, 1)
        scores = scores.masked_fill(torch.arange(k) >= lens, float("-inf"))
    weights = torch.softmax(scores, -1)
    return weights @ values, weights
