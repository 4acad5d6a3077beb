import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    beam = [([bos], 0.0)]
    finished = []
    for t in range(max_len):
        logits = step(torch.tensor([tokens for tokens, _ in beam]))
        nxt = []
        if t == 0:
            values, tokens = logits[0].topk(min(beam_size, logits.shape[1]))
            nxt = [([bos, tok], val) for tok, val in zip(tokens.tolist(), values.tolist())]
        else:
            # every beam goes on with its best word
            values, tokens = logits.max(dim=1)
            for (seq, total), tok, val in zip(beam, tokens.tolist(), values.tolist()):
                nxt.append((seq + [tok], total + val))
        finished += [x for x in nxt if x[0][-1] == eos]
        beam = [x for x in nxt if x[0][-1] != eos]
        if not beam:
            break
    finished += beam
    scored = [(seq[1:], total / (len(seq) - 1) ** alpha) for seq, total in finished]
    return sorted(scored, key=lambda x: x[1], reverse=True)
