import math

import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    scores = queries @ keys.transpose(1, 2) / math.sqrt(queries.shape[-1])
    # TODO: where valid_lens is given, keep the scores of keys at positions >= the length out of the softmax.
    weights = torch.softmax(scores, dim=-1)
    return weights @ values, weights
