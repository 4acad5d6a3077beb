import numpy as np
import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    live, total, found = np.array([[bos]]), np.zeros(1), []
    for n in range(1, max_len + 1):
        lp = step(torch.from_numpy(live)).numpy()
        flat = (total[:, None] + lp).ravel()
        best = np.argsort(-flat)[:beam_size]
        parent, token = np.divmod(best, lp.shape[1])
        live, total = np.hstack([live[parent], token[:, None]]), flat[best]
        stop = (token == eos) | (n == max_len)
        for row, t in zip(live[stop], total[stop]):
            found.append((row[1:], t / n**alpha))
        live, total = live[~stop], total[~stop]
        if not len(live):
            break
    return sorted(found, key=lambda f: f[1], reverse=True)
