"""Beam search: the most probable sequences of a model that predicts one token after another.

Taking the most probable token each time (greedy search) can miss a sequence that starts with a less probable one;
trying all sequences costs V ** max_len. Beam search lies between: after every step it keeps the `beam_size` best.

With `bos` in front, a sequence y of L tokens has the log-probability

    log p(y) = sum over t = 1 .. L of log p(y[t] | bos, y[1], ..., y[t-1])

Each further token makes it smaller, so sequences of different lengths are compared by

    score(y) = log p(y) / L ** alpha

Read: Dive into Deep Learning, section 10.8; Sutskever et al. (2014), Sequence to Sequence Learning with Neural
Networks, section 3.2; Wu et al. (2016), Google's Neural Machine Translation System, section 7 (other penalties).
"""

from collections.abc import Callable

import torch
from torch import Tensor


def beam_search(
    step: Callable[[Tensor], Tensor], bos: int, eos: int, beam_size: int, max_len: int, alpha: float = 0.75
) -> list[tuple[list[int], float]]:
    """All sequences that a beam search finishes, best first, as (tokens, score).

    step: the model. It takes live prefixes (k, t), int64, each starting with bos, k from 1 to beam_size, and
    returns log-probabilities (k, V) of the next token, in float32 or in float64, which the sums keep; they may be -inf.
    bos, eos: the tokens for begin and end. Any token may be predicted, bos too.

    At each of at most max_len steps: over all live prefixes and all V continuations of each, take the beam_size best
    by log-probability (all of them if there are fewer). Those that end in eos are finished and leave the
    beam; the others live on. Stop when none lives. What still lives after max_len steps counts as finished.

    Returns a list of tuples: tokens, a list of ints without bos, with eos where it ended; score, a Python float,
    the log-probability divided by len(tokens) ** alpha. Highest score first.
    """
    # TODO: start with one live prefix, [bos], of log-probability 0.
    # TODO: at each step, add the log-probabilities of the next tokens to those of the prefixes, and take the best.
    # TODO: work out which prefix and which token each of them is; put the finished ones aside with their scores.
    # TODO: sort what is finished.
    ### BEGIN SOLUTION
    live, totals = torch.tensor([[bos]]), torch.zeros(1)  # (k, t), (k,)
    finished = []
    for length in range(1, max_len + 1):
        log_probs = step(live)  # (k, V)
        candidates = (totals.to(log_probs)[:, None] + log_probs).flatten()  # (k * V,)
        totals, places = candidates.topk(min(beam_size, len(candidates)))  # (n,), n <= beam_size
        parents, tokens = places // log_probs.shape[1], places % log_probs.shape[1]
        live = torch.cat([live.to(parents.device)[parents], tokens[:, None]], dim=1)  # (n, t + 1)
        done = (tokens == eos) | (length == max_len)
        for sequence, total in zip(live[done].tolist(), totals[done].tolist(), strict=True):
            finished.append((sequence[1:], total / length**alpha))
        live, totals = live[~done], totals[~done]
        if len(live) == 0:
            break
    return sorted(finished, key=lambda hypothesis: hypothesis[1], reverse=True)
    ### END SOLUTION
