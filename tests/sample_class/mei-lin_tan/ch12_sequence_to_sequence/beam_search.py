import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=.75):
    y, s, out = torch.tensor([[bos]]), torch.zeros(1, 1, dtype=torch.float64), []
    for n in range(1, max_len + 1):
        total = s + step(y).double()
        s, idx = total.view(-1).sort(descending=True)
        s, idx = s[:beam_size], idx[:beam_size]
        i, v = torch.unravel_index(idx, total.shape)
        y = torch.cat([y[i], v[:, None]], 1)
        end = (v == eos) | (n == max_len)
        out += zip(y[end, 1:].tolist(), (s[end] / n ** alpha).tolist())
        y, s = y[~end], s[~end, None]
        if not len(y):
            break
    return sorted(out, key=lambda h: -h[1])
