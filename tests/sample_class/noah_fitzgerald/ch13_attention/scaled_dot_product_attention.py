import numpy as np
import torch


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    q, k, v = queries.numpy(), keys.numpy(), values.numpy()
    s = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1])
    if valid_lens is not None:
        n = valid_lens.numpy()
        n = n[:, None, None] if n.ndim == 1 else n[:, :, None]
        s = np.where(np.arange(k.shape[1]) >= n, -np.inf, s)
    w = softmax(s)
    return torch.from_numpy(w @ v), torch.from_numpy(w)
