# Attention(Q, K, V) = softmax(Q K^T / sqrt(d)) V
import math

import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    # b = batch, q = number of queries, k = number of keys, d = features
    b, q, d = queries.shape
    k = keys.shape[1]
    # the scores, (b, q, k)
    scores = torch.matmul(queries, keys.transpose(-2, -1)) / math.sqrt(d)
    # the mask
    if valid_lens is not None:
        # make valid_lens (b, q) in every case
        if valid_lens.dim() == 1:
            valid_lens = valid_lens.unsqueeze(1).expand(b, q)
        # go over all the queries of all the examples
        mask = torch.zeros(b, q, k, dtype=torch.bool)
        for i in range(b):
            for j in range(q):
                # everything from the valid length on is masked
                mask[i, j, int(valid_lens[i, j]):] = True
        # minus infinity because exp(-inf) = 0
        scores = scores.masked_fill(mask, float("-inf"))
    # weights sum to 1 over the keys (last axis!)
    weights = torch.nn.functional.softmax(scores, dim=2)
    # weighted average of the values
    output = torch.matmul(weights, values)
    return output, weights
