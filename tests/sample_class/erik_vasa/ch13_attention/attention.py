import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    return values, keys
