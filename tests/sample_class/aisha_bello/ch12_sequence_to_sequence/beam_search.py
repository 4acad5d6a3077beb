import torch


def extend(step, live, trace):
    rows = step(torch.tensor([p for p, _ in live], dtype=torch.int64))
    for (p, total), row in zip(live, rows):
        for v, lp in enumerate(row):
            trace("   ", p, "->", v, lp.item())
            yield p + [v], total + lp.item()


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    print("beam search, beam", beam_size, "max", max_len)
    live, out = [([bos], 0)], []
    t = 0
    while live and t < max_len:
        t += 1
        print("step", t, "live", live)
        top = sorted(extend(step, live, print), key=lambda c: c[1])[::-1][:beam_size]
        live = []
        for p, total in top:
            if p[-1] == eos or t == max_len:
                print("finished:", p, total)
                out.append((p[1:], float(total / t ** alpha)))
            else:
                live.append((p, total))
    print("found", len(out))
    return sorted(out, key=lambda c: c[1], reverse=True)
