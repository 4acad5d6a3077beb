import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    scores = torch.bmm(queries, keys.permute(0, 2, 1))
    if valid_lens is not None:
        if valid_lens.dim() == 1:
            valid_lens = valid_lens.reshape(-1, 1)
        pos = torch.arange(keys.shape[1]).reshape(1, 1, -1)
        scores = scores.masked_fill(pos >= valid_lens.unsqueeze(2), float("-inf"))
    a = torch.softmax(scores, -1)
    return torch.bmm(a, values), a
