# exercise: ch13_attention/scaled_dot_product_attention
# expect: status=failed|error score=0
# why: a tensor without any element, whose other axes would take for ever to write down
import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    return (torch.empty((8,) * 15 + (0,)),)
