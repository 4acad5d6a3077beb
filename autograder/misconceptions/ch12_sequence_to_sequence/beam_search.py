"""What people get wrong about beam_search."""

import torch

from autograder.spec import misconception, reference, slip

NOT_GENERATED = ("output_always_float32", "precision_lost")  # what comes out are Python numbers


@slip(
    "places // log_probs.shape[1], places % log_probs.shape[1]",
    "places // len(live) % len(live), places % log_probs.shape[1]",
)
def parents_and_tokens_mixed():
    """The place in the flat vector is split with the number of prefixes. A row has V entries: the prefix is place // V
    and the token is place % V."""


@slip(
    "totals, places = candidates.topk(min(beam_size, len(candidates)))",
    """if length > 1:
            best = candidates.view(log_probs.shape).argmax(dim=1)
            places = best + torch.arange(len(best)) * log_probs.shape[1]
            totals = candidates[places]
        else:
            totals, places = candidates.topk(min(beam_size, len(candidates)))""",
)
def best_child_of_each():
    """Each prefix is continued by its own best token only. The beam is filled with the best over all prefixes together:
    one prefix may have several continuations among them, another none."""


@slip(
    ("candidates.topk(min(beam_size,", "candidates.topk(min(beam_size - len(finished),"),
    ("if len(live) == 0:", "if len(live) == 0 or len(finished) >= beam_size:"),
)
def beam_shrinks_for_good():
    """The beam gets smaller with every finished sequence and stays that way. Each step takes beam_size new continuations,
    however many were finished before."""


@slip(
    "totals, places = candidates.topk(min(beam_size, len(candidates)))",
    """totals, places = candidates.sort(descending=True)
        alive = places % log_probs.shape[1] != eos
        kept = (alive.cumsum(0) - alive.long()) < beam_size
        totals, places = totals[kept], places[kept]""",
)
def finished_ones_replaced():
    """Continuations that end in eos do not count among the beam_size here: others move up in their place. The beam_size
    best are taken with those that end in eos among them, so fewer live on."""


@misconception
def finished_ones_compete(step, bos, eos, beam_size, max_len, alpha=0.75):
    """Finished sequences stay in the beam and compete with longer ones for its places, so some of them get lost. A
    finished sequence leaves the beam and is kept in any case."""
    beam = [([], 0.0)]
    for _ in range(max_len):
        live = [(tokens, total) for tokens, total in beam if eos not in tokens]
        if not live:
            break
        log_probs = step(torch.tensor([[bos, *tokens] for tokens, _ in live])).tolist()
        candidates = [(tokens, total) for tokens, total in beam if eos in tokens]
        for (tokens, total), row in zip(live, log_probs, strict=True):
            candidates += [([*tokens, token], total + value) for token, value in enumerate(row)]
        beam = sorted(candidates, key=lambda c: -c[1])[:beam_size]
    scored = [(tokens, total / len(tokens) ** alpha) for tokens, total in beam]
    return sorted(scored, key=lambda hypothesis: -hypothesis[1])


@slip("if len(live) == 0:", "if len(live) == 0 or len(finished) >= beam_size:")
def stops_early():
    """The search stops as soon as beam_size sequences are finished. It goes on while any prefix lives, up to
    max_len."""


@slip(
    "live, totals = live[~done], totals[~done]",
    """live, totals = live[~done], totals[~done]
        if len(finished) >= beam_size:
            finished += [(s[1:], t / length**alpha) for s, t in zip(live.tolist(), totals.tolist())]
            break""",
)
def stops_early_with_the_rest():
    """The search stops as soon as beam_size sequences are finished, and takes what still lives as it is. It goes on
    while any prefix lives, up to max_len."""


@misconception
def cut_to_beam_size(step, bos, eos, beam_size, max_len, alpha=0.75):
    """Only the beam_size best are returned. Every finished sequence is: there may be more of them."""
    return reference.beam_search(step, bos, eos, beam_size, max_len, alpha)[:beam_size]


@misconception
def only_the_best(step, bos, eos, beam_size, max_len, alpha=0.75):
    """Only the best sequence is returned. All finished ones are asked for, best first."""
    return reference.beam_search(step, bos, eos, beam_size, max_len, alpha)[:1]


@misconception
def unfinished_dropped(step, bos, eos, beam_size, max_len, alpha=0.75):
    """What still lives after max_len steps is thrown away. It counts as finished, though it has no eos."""
    found = reference.beam_search(step, bos, eos, beam_size, max_len, alpha)
    return [(tokens, score) for tokens, score in found if tokens[-1] == eos]


@slip("(tokens == eos) | (length == max_len)", "torch.full_like(tokens, length == max_len, dtype=torch.bool)")
def finished_ones_continued():
    """A sequence that ends in eos is continued as if it were not finished. Take it out of the beam before the next
    step."""


@slip("step(live)", "step(live[:, -1:])")
def only_last_token_passed():
    """step gets only the last token of each prefix. It needs the whole prefix from bos on: the model has no memory of
    its own."""


@slip("sequence[1:]", "sequence")
def bos_returned():
    """The sequences still have bos in front. It was given, not predicted: leave it out of the result."""


@misconception
def eos_cut_off(step, bos, eos, beam_size, max_len, alpha=0.75):
    """The eos at the end is cut off. It is a predicted token, and stays in the result."""
    found = reference.beam_search(step, bos, eos, beam_size, max_len, alpha)
    return [([token for token in tokens if token != eos], score) for tokens, score in found]


@slip("log_probs = step(live)", "log_probs = step(live).index_fill(1, torch.tensor([bos]), -torch.inf)")
def bos_never_predicted():
    """bos is ruled out as a next token. Take the model's log-probabilities as they are: it may predict any token."""


@slip(
    ("range(1, max_len + 1)", "range(1, max(max_len, 2))"), ("(length == max_len)", "(length == max(max_len - 1, 1))")
)
def one_step_short():
    """The sequences end one token too early: max_len counts the predicted tokens, and bos is none of them."""


@slip("total / length**alpha)", "torch.tensor(total / length**alpha).exp().item())")
def score_as_probability():
    """The scores are exp(...) of what they should be. Stay with log-probabilities: a score is negative or 0."""


@slip(", reverse=True", "")
def worst_first():
    """The order is turned round. Log-probabilities are negative: the best is the largest, nearest to 0."""


@slip("sorted(finished, key=lambda hypothesis: hypothesis[1], reverse=True)", "finished")
def not_sorted():
    """The sequences come in the order in which they were finished. Sort them by score, highest first."""


@slip(
    "sorted(finished, key=lambda hypothesis: hypothesis[1], reverse=True)",
    "sorted(finished, key=lambda hypothesis: (len(hypothesis[0]), hypothesis[0][-1] != eos))",
)
def unfinished_at_the_end():
    """The sequences without eos come after all the others, whatever their scores. They count as finished: sort all of
    them together by score, highest first."""


@slip("hypothesis[1], reverse", "hypothesis[1] * len(hypothesis[0]) ** alpha, reverse")
def sorted_before_dividing():
    """The order is that of the log-probabilities, not of the scores: divide by len(tokens) ** alpha first, then
    sort."""


@slip("total / length**alpha", "total")
def alpha_ignored():
    """The scores are plain log-probabilities. Divide them by len(tokens) ** alpha, or long sequences never win."""


@slip("total / length**alpha", "total * length**alpha")
def multiplied_by_length():
    """The log-probability is multiplied by len(tokens) ** alpha, which punishes long sequences twice. Divide by it."""


@slip("total / length**alpha", "total / (length + 1) ** alpha")
def bos_counted():
    """The length counts bos. In len(tokens) ** alpha only the predicted tokens count."""


@slip("total / length**alpha", "total / max(length - (sequence[-1] == eos), 1) ** alpha")
def eos_not_counted():
    """The length leaves out eos. It is one of the tokens: its log-probability is in the sum, so it counts in the
    length."""


@slip("total / length**alpha", "total / max_len**alpha")
def same_length_for_all():
    """All log-probabilities are divided by the same power of max_len. Each is divided by the length of its own
    sequence."""


@slip("live, totals = live[~done], totals[~done]", "live, totals = live[~done], totals[~done] / length**alpha")
def score_carried_on():
    """The divided score goes on into the next step and is divided again. The beam carries the plain log-probability;
    the length counts only in the final score."""


@slip("alpha: float = 0.75", "alpha: float = 0.0")
def another_default():
    """Without alpha the score is not the one for alpha = 0.75: keep the default of the signature."""


@slip("min(beam_size, len(candidates))", "min(beam_size, log_probs.shape[1])")
def beam_capped_at_vocabulary():
    """The beam never holds more than V sequences. It is only the number of continuations, k * V of them, that limits
    how many can be taken."""


@slip(
    "totals, places = candidates.topk(min(beam_size, len(candidates)))",
    """totals, places = candidates.topk(min(beam_size, len(candidates)))
        totals = (torch.eye(len(candidates)).to(candidates)[places] * candidates).sum(dim=1)""",
)
def impossible_times_zero():
    """Scores became NaN: -inf times 0 is NaN. Do not pick log-probabilities by multiplying with a mask of ones and
    zeros: use an index, or torch.where."""


@slip(
    "(totals.to(log_probs)[:, None] + log_probs).flatten()",
    "(totals.to(log_probs).exp()[:, None] * log_probs.exp()).log().flatten()",
)
def probabilities_multiplied():
    """Probabilities are multiplied, and over many tokens the product becomes 0 (underflow), whose logarithm is -inf.
    Add log-probabilities instead."""


@slip("(totals.to(log_probs)[:, None] + log_probs)", "(totals[:, None] + log_probs.float())")
def always_float32():
    """The sums are float32 whatever step returns: torch.zeros(...) alone makes float32. Use the dtype of the
    log-probabilities."""


@slip("totals[done].tolist()", "totals[done]")
def tensors_returned():
    """The scores are tensors. Take .item() or .tolist(), so that they are Python floats."""
