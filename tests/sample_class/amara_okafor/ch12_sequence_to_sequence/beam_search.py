"""Beam search over prefixes kept in one tensor."""

import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    prefixes = torch.full((1, 1), bos, dtype=torch.int64)
    totals = None
    finished = []
    for t in range(1, max_len + 1):
        log_probs = step(prefixes)
        scores = log_probs if totals is None else totals.unsqueeze(1) + log_probs
        vocab = scores.size(1)
        totals, flat = torch.topk(scores.reshape(-1), k=min(beam_size, scores.numel()))
        parent = torch.div(flat, vocab, rounding_mode="floor")
        token = flat % vocab
        prefixes = torch.cat((prefixes[parent], token.unsqueeze(1)), dim=1)

        over = token.eq(eos) if t < max_len else torch.ones_like(token, dtype=torch.bool)
        for i in over.nonzero().flatten().tolist():
            finished.append((prefixes[i, 1:].tolist(), totals[i].item() / t**alpha))
        prefixes, totals = prefixes[~over], totals[~over]
        if prefixes.size(0) == 0:
            break
    finished.sort(key=lambda pair: pair[1], reverse=True)
    return finished
