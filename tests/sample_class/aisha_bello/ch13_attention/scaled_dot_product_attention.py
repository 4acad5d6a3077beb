import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    print("q", queries.shape, "k", keys.shape, "v", values.shape, "valid", valid_lens)
    scores = (queries.unsqueeze(2) * keys.unsqueeze(1)).sum(-1) / queries.shape[-1] ** 0.5
    print("scores", scores)
    if valid_lens is None:
        valid_lens = torch.full((queries.shape[0],), keys.shape[1])
    if valid_lens.dim() == 1:
        valid_lens = valid_lens[:, None]
    mask = torch.arange(keys.shape[1])[None, None, :] >= valid_lens[:, :, None]
    print("mask", mask)
    scores = scores + torch.zeros(mask.shape, dtype=scores.dtype).masked_fill(mask, float("-inf"))
    e = torch.exp(scores - scores.amax(-1, keepdim=True))
    w = e / e.sum(-1, keepdim=True)
    print("weights", w, "sum", w.sum(-1))
    return w @ values, w
