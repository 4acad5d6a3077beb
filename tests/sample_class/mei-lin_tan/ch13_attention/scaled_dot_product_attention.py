import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    scores = torch.einsum('bqd,bkd->bqk', queries * queries.shape[-1] ** -.5, keys)
    if valid_lens is not None:
        k = torch.arange(keys.shape[1])
        scores = scores.masked_fill(k >= valid_lens.view(len(keys), -1, 1), -torch.inf)
    w = scores.softmax(-1)
    return torch.einsum('bqk,bkv->bqv', w, values), w
