"""Scaled dot-product attention."""

import math

import torch
from torch import Tensor


def scaled_dot_product_attention(
    queries: Tensor, keys: Tensor, values: Tensor, valid_lens: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    d = queries.size(-1)
    scores = torch.bmm(queries, keys.mT) / math.sqrt(d)
    if valid_lens is not None:
        lens = valid_lens[:, None, None] if valid_lens.ndim == 1 else valid_lens[..., None]
        valid = torch.arange(keys.size(1), device=keys.device) < lens
        scores = torch.where(valid, scores, -torch.inf)
    weights = scores.softmax(dim=-1)
    return torch.bmm(weights, values), weights
