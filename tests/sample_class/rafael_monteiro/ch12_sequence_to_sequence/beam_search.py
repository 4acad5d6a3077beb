import heapq
import itertools

import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    """A bounded min-heap holds the best continuations of each step; the counter breaks ties."""
    tie = itertools.count()
    live = [(0.0, (bos,))]
    done = []
    for _ in range(max_len):
        if not live:
            break
        heap = []
        rows = step(torch.tensor([list(seq) for _, seq in live]))
        for (total, seq), row in zip(live, rows.tolist()):
            for token, logp in enumerate(row):
                item = (total + logp, next(tie), seq + (token,))
                if len(heap) < beam_size:
                    heapq.heappush(heap, item)
                elif item[0] > heap[0][0]:
                    heapq.heapreplace(heap, item)
        live = []
        while heap:
            total, _tie, seq = heapq.heappop(heap)
            (done if seq[-1] == eos else live).append((total, seq))
    done.extend(live)
    ranking = [(-total / (len(seq) - 1) ** alpha, list(seq[1:])) for total, seq in done]
    heapq.heapify(ranking)
    return [(seq, -cost) for cost, seq in (heapq.heappop(ranking) for _ in range(len(ranking)))]
