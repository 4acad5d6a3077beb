import torch
import torch.nn.functional as F


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    b, q, d = queries.shape
    weights = F.softmax(queries @ keys.transpose(1, 2) / d ** 0.5, dim=-1)
    if valid_lens is not None:
        valid_lens = valid_lens.view(b, -1, 1)
        mask = (torch.arange(keys.shape[1]) < valid_lens).to(weights.dtype)
        weights = weights * mask      # masked keys get 0
    return weights @ values, weights
