import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    beams = [([bos], 0.0)]
    done = []
    for _ in range(max_len):
        if not beams:
            break
        logp = step(torch.tensor([b[0] for b in beams]))
        candidates = []
        for i in range(len(beams)):
            seq, score = beams[i]
            for v in range(logp.shape[1]):
                candidates.append((seq + [v], score + logp[i][v].item()))
        candidates = sorted(candidates, key=lambda c: c[1], reverse=True)
        beams = []
        for seq, score in candidates[:beam_size]:
            if seq[-1] == eos:
                done.append((seq[1:], score))
            else:
                beams.append((seq, score))
        if len(done) >= beam_size:
            beams = []
    for b in beams:
        done.append((b[0][1:], b[1]))
    result = [(s, sc / len(s) ** alpha) for s, sc in done]
    return sorted(result, key=lambda r: r[1], reverse=True)
