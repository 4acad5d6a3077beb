import math
import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    scores = torch.bmm(queries, keys.transpose(1, 2)) / math.sqrt(queries.shape[2])
    if valid_lens is not None:
        if valid_lens.dim() == 1:
            valid_lens = valid_lens[:, None].repeat(1, queries.shape[1])
        position = torch.arange(keys.shape[1])[None, None, :]
        scores = scores.masked_fill(position > valid_lens[:, :, None], -1e9)
    weights = torch.softmax(scores, dim=1)
    return torch.bmm(weights, values), weights
