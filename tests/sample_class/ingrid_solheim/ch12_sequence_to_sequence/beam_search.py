import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    """Recursive: one call a step."""

    def search(prefixes, totals, n):
        logp = step(prefixes).to(torch.float64)
        table = totals.reshape(-1, 1) + logp
        best = torch.argsort(table.flatten(), descending=True)[:beam_size]
        rows, tokens = best // table.shape[1], best % table.shape[1]
        grown = torch.hstack([prefixes[rows], tokens.reshape(-1, 1)])
        sums = table.flatten()[best]
        if n == max_len:
            return [(y[1:].tolist(), s.item() / n**alpha) for y, s in zip(grown, sums)]
        ended = tokens == eos
        here = [(y[1:].tolist(), s.item() / n**alpha) for y, s in zip(grown[ended], sums[ended])]
        if ended.all():
            return here
        return here + search(grown[~ended], sums[~ended], n + 1)

    found = search(torch.tensor([[bos]]), torch.zeros(1, dtype=torch.float64), 1)
    return sorted(found, key=lambda y: y[1], reverse=True)
