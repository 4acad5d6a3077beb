import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    beams, finished = [([bos], 0.0)], []
    for _ in range(max_len):
        logp = step(torch.tensor([b for b, _ in beams]))
        cand = [(b + [t], s + lp) for (b, s), row in zip(beams, logp.tolist()) for t, lp in enumerate(row)]
        cand = sorted(cand, key=lambda c: c[1], reverse=True)[:beam_size]
        finished += [c for c in cand if c[0][-1] == eos]
        beams = [c for c in cand if c[0][-1] != eos]
        if not beams:
            break
    finished += beams
    finished = [(b[1:], s / len(b[1:]) ** alpha) for b, s in finished]
    finished.sort(key=lambda c: c[1], reverse=True)
    return finished[:beam_size]
