import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    live = [([bos], 0.0)]
    finished = []
    while live and len(live[0][0]) <= max_len:
        scores = step(torch.tensor([s for s, _ in live]))
        all_next = []
        for n, (seq, total) in enumerate(live):
            for token in range(scores.shape[1]):
                all_next.append((seq + [token], total + scores[n, token]))
        all_next.sort(key=lambda x: x[1], reverse=True)
        best = all_next[:beam_size]
        live = [x for x in best if x[0][-1] != eos]
        finished.extend(x for x in best if x[0][-1] == eos)
    finished.extend(live)
    finished = [(seq, total / len(seq) ** alpha) for seq, total in finished]
    return sorted(finished, key=lambda x: x[1], reverse=True)
