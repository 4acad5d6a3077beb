# BEAM SEARCH
#
# Vocabulary: a "hypothesis" is a sequence that is not finished.
# A "result" is a sequence that is finished.
import torch


def beam_search(step, bos, eos, beam_size, max_len, alpha=0.75):
    # The list of hypotheses. Each is a list of tokens and a log-probability.
    # We begin with one hypothesis, which is only bos, with log(1) = 0.
    hypotheses = [[[bos], 0.0]]
    # The list of results. Nothing is finished yet.
    results = []
    # We count the steps from 1 to max_len (inclusive, that is why + 1).
    for length in range(1, max_len + 1):
        # Ask the model.
        answer = step(torch.tensor([h[0] for h in hypotheses], dtype=torch.long))
        # Make plain numbers, it is easier.
        answer = answer.tolist()
        # All the continuations.
        continuations = []
        for h, log_probabilities in zip(hypotheses, answer):
            for token, log_probability in enumerate(log_probabilities):
                # log(a * b) = log(a) + log(b), so we ADD here
                continuations.append([h[0] + [token], h[1] + log_probability])
        # The best ones come first.
        continuations.sort(key=lambda c: -c[1])
        # We only keep beam_size of them.
        continuations = continuations[0:beam_size]
        # Divide them in finished ones and others.
        hypotheses = []
        for c in continuations:
            # finished because of eos or because of the length
            if c[0][-1] == eos or length == max_len:
                # without bos, that is why [1:]
                tokens = c[0][1:]
                results.append((tokens, c[1] / (len(tokens) ** alpha)))
            else:
                hypotheses.append(c)
        # Nothing to do any more?
        if len(hypotheses) == 0:
            break
    # The best ones come first.
    results.sort(key=lambda r: -r[1])
    return results
