import torch


def scaled_dot_product_attention(queries, keys, values, valid_lens=None):
    out, w = [], []
    for b in range(len(queries)):
        rows = []
        for i, q in enumerate(queries[b]):
            n = keys.shape[1]
            if valid_lens is not None:
                n = int(valid_lens[b] if valid_lens.dim() == 1 else valid_lens[b, i])
            a = torch.softmax(keys[b, :n] @ q / len(q) ** 0.5, 0)
            rows.append(torch.cat([a, a.new_zeros(keys.shape[1] - n)]))
        w.append(torch.stack(rows))
        out.append(w[-1] @ values[b])
    return torch.stack(out), torch.stack(w)
