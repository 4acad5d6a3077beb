import torch
from torch import nn


class DotProductAttention(nn.Module):
    def mask(self, valid_lens, shape):
        if valid_lens is None:
            return torch.ones(shape, dtype=torch.bool)
        while valid_lens.dim() < 3:
            valid_lens = valid_lens.unsqueeze(-1)
        return torch.arange(shape[-1]) < valid_lens.expand(*shape[:-1], 1)

    def forward(self, queries, keys, values, valid_lens):
        scores = torch.baddbmm(
            torch.zeros((), dtype=queries.dtype), queries, keys.transpose(1, 2), alpha=queries.size(-1) ** -0.5
        )
        scores = scores.masked_fill(~self.mask(valid_lens, scores.shape), float("-inf"))
        self.attention_weights = nn.Softmax(dim=-1)(scores)
        return self.attention_weights @ values


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    layer = DotProductAttention()
    output = layer(queries, keys, values, valid_lens)
    return output, layer.attention_weights
