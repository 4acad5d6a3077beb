import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    dtype = queries.dtype
    q, k, v = (t.to(torch.float64) for t in (queries, keys, values))
    scores = torch.matmul(q, k.transpose(1, 2)) / torch.sqrt(torch.tensor(q.shape[-1], dtype=torch.float64))
    if valid_lens is not None:
        cols = torch.arange(k.shape[1]).expand_as(scores)
        limit = valid_lens.reshape(valid_lens.shape[0], -1, 1)
        scores[cols >= limit] = -torch.inf
    weights = torch.softmax(scores, -1)
    return torch.matmul(weights, v).to(dtype), weights.to(dtype)
