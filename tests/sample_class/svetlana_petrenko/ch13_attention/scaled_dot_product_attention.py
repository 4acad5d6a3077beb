<<<<<<< HEAD
import math
=======
from math import sqrt
>>>>>>> fix scaling
import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    scores = queries @ keys.transpose(1, 2) / math.sqrt(queries.shape[-1])
    weights = torch.softmax(scores, -1)
    return weights @ values, weights
