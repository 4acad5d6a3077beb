"""What people get wrong about masked_softmax."""

import torch

from autograder.misconceptions.ch13_attention._shared import (
    AXES_TOLD_BY_SIZE,
    EXP_OVERFLOWS,
    KEYS_COUNTED_FROM_THE_END,
    MASK_IGNORED,
    MASK_REVERSED,
    ONE_KEY_TOO_FEW,
    ONE_KEY_TOO_MANY,
    ONE_LENGTH_FOR_ALL_QUERIES,
    ZEROED_AFTER_SOFTMAX,
)
from autograder.spec import misconception, reference, slip


@slip("-1e6)", 'float("-inf"))')
def nan_at_length_zero():
    """Masked scores are set to minus infinity. In a row of length 0 that leaves nothing: 0 / 0 is NaN. Take a large
    negative number such as -1e6 in its place: then such a row becomes 1/k everywhere."""


@slip(
    ("-1e6)", 'float("-inf"))'),
    ("return torch.softmax(scores, dim=-1)", "return torch.softmax(scores, dim=-1).nan_to_num()"),
)
def zero_at_length_zero():
    """In a row of length 0 all weights are 0 (nan_to_num?). They should still sum to 1: each of the k keys gets 1/k."""


@slip("position >= valid_lens", "position >= valid_lens.clamp(min=1)")
def length_zero_taken_as_one():
    """A length of 0 is treated as 1: the first key gets all the weight. There each of the k keys gets 1/k."""


@slip(
    "        position =",
    "        valid_lens = torch.where(valid_lens == 0, X.shape[-1], valid_lens)\n        position =",
)
def length_zero_ignored():
    """A row of length 0 is treated as if all keys counted: its weights still depend on the scores. Each of the k keys
    gets 1/k there."""


@slip("X.masked_fill(masked, -1e6)", "X + masked * -1e6")
def mask_added():
    """A large negative number is added to the masked scores. In a row of length 0 their differences remain, and the
    softmax still depends on them: put the number in place of the scores."""


@slip("X.masked_fill(masked, -1e6)", "X + masked * -1e9")
def large_mask_added():
    """A number as large as -1e9 is added to the masked scores. It swallows them in float32, so a row of length 0 comes
    out as 1/k; but the gradient still passes through the sum. Put the number in place of the scores."""


@slip("X.masked_fill(masked, -1e6)", "X + masked * -1e4")
def small_mask_added():
    """Masked scores are lowered by a number such as 1e4, which a large one survives, and in a row of length 0 their
    differences remain. Put a number far below every score in their place, such as -1e6."""


@slip("-1e6)", "-1e4)")
def mask_too_weak():
    """Masked scores are set to -1e4, and real scores can be as low: masked keys then get weight. Use a number far below
    every score, such as -1e6."""


@slip("-1e6)", "-1e3)")
def mask_much_too_weak():
    """Masked scores are set to a number that is small only beside ordinary scores. Where the valid scores are -1e4 the
    masked keys win: use -1e6."""


@slip("-1e6)", "0.0)")
def masked_scores_zero():
    """Masked scores are set to 0 (or close to it: finfo.tiny is positive), but exp(0) is 1: such a key still gets
    weight. The score has to be far below every other, such as -1e6."""


@slip(
    "        scores = X.masked_fill(masked, -1e6)",
    "        return torch.softmax(X, dim=-1).masked_fill(masked, 0.0)",
    sentence=ZEROED_AFTER_SOFTMAX,
)
def zeroed_after_softmax(): ...


@slip(
    "        scores = X.masked_fill(masked, -1e6)",
    "        kept = torch.softmax(X, dim=-1).masked_fill(masked, 0.0)\n        return kept / kept.sum(-1, keepdim=True)",
)
def renormalised_after_softmax():
    """The weights are masked after the softmax and divided by what is left of their sum. Where nothing is left, that is
    0 / 0: NaN. Mask the scores, before the softmax."""


@slip("dim=-1)", "dim=1)")
def softmax_over_queries():
    """The softmax runs over the queries. It has to run over the keys, the last axis: each query's weights sum to 1."""


@slip("dim=-1)", "dim=0)")
def softmax_over_batch():
    """The softmax runs over the batch, so the items mix. (F.softmax without dim does that to a tensor of three axes.)
    It has to run over the keys: dim=-1."""


@slip("if valid_lens is not None:", "if False:", sentence=MASK_IGNORED)
def mask_ignored(): ...


@slip("position >= ", "position < ", sentence=MASK_REVERSED)
def mask_reversed(): ...


@slip("position >= ", "position > ", sentence=ONE_KEY_TOO_MANY)
def one_key_too_many(): ...


@slip("position >= valid_lens.unsqueeze(-1)", "position >= valid_lens.unsqueeze(-1) - 1", sentence=ONE_KEY_TOO_FEW)
def one_key_too_few(): ...


@slip(
    "position >= valid_lens.unsqueeze(-1)",
    "position < X.shape[-1] - valid_lens.unsqueeze(-1)",
    sentence=KEYS_COUNTED_FROM_THE_END,
)
def keys_counted_from_the_end(): ...


@slip(
    "        position =",
    "        valid_lens = valid_lens[:, :1]\n        position =",
    sentence=ONE_LENGTH_FOR_ALL_QUERIES,
)
def one_length_for_all_queries(): ...


@slip("if valid_lens.dim() == 1:", "if valid_lens.shape[-1] != X.shape[1]:", sentence=AXES_TOLD_BY_SIZE)
def axes_told_by_size(): ...


@slip("valid_lens.unsqueeze(1)  #", "valid_lens.repeat(X.shape[1]).reshape(X.shape[:2])  #")
def lengths_in_the_wrong_order():
    """The lengths (b,) are laid out as repeat() does, 1 2 3 1 2 3. The queries of an item stand together, so its length
    must too, 1 1 2 2 3 3: repeat_interleave(), or an axis of size 1 that broadcasts."""


@slip("X.masked_fill(masked, -1e6)", "X.masked_fill_(masked, -1e6)")
def writes_into_scores():
    """The masked scores are written into X itself (X[masked] = ..., masked_fill_, or the same through X.reshape(...),
    which shares its memory). The caller still needs them: X.masked_fill(masked, value) makes a new tensor."""


@slip("torch.softmax(scores, dim=-1)", "scores.exp() / scores.exp().sum(-1, keepdim=True)", sentence=EXP_OVERFLOWS)
def exp_overflows(): ...


@slip("return torch.softmax(scores, dim=-1)", "return torch.softmax(scores, dim=-1).squeeze()")
def axes_of_size_one_dropped():
    """An axis of size 1 is missing in the result: squeeze() removes every such axis. Name the axis, or leave squeeze
    out."""


@slip("return torch.softmax(scores, dim=-1)", "return torch.softmax(scores, dim=-1).reshape(-1, X.shape[-1])")
def flattened():
    """The result is still flattened to (b * q, k): give it the shape of X again, .reshape(X.shape)."""


@slip("return torch.softmax(scores, dim=-1)", "return scores")
def scores_returned():
    """The masked scores are returned: the softmax over the keys is missing."""


@misconception
def maximum_of_masked_scores(X, valid_lens=None):
    """Exponentials are taken of all scores and summed over the valid keys, with the largest score of the row
    subtracted, masked ones included. If that one is masked and far above the others, every valid exp is 0: 0 / 0 is
    NaN. Mask the scores first."""
    if valid_lens is None:
        return reference.masked_softmax(X)
    gate = (reference.masked_softmax(torch.zeros_like(X), valid_lens) > 0).to(X.dtype)
    exps = (X - X.detach().amax(-1, keepdim=True)).exp() * gate
    total = exps.sum(-1, keepdim=True)
    return exps / total


@misconception
def sliced_from_the_end(X, valid_lens=None):
    """A row whose length is k or more is masked as if it were short: X[..., -(k - n):] is the whole row where n equals
    k, as -0 is 0. Count from the front: X[..., n:]."""
    if valid_lens is None:
        return reference.masked_softmax(X)
    lengths = valid_lens.reshape(len(X), -1).expand(X.shape[:2])
    masked = torch.zeros_like(X, dtype=torch.bool)
    for item in range(X.shape[0]):
        for query in range(X.shape[1]):
            masked[item, query, -(X.shape[-1] - int(lengths[item, query])) :] = True
    return torch.softmax(X.masked_fill(masked, -1e6), dim=-1)
