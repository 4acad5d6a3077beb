"""What people get wrong about scaled_dot_product_attention."""

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


@slip(" / math.sqrt(queries.shape[-1])", "")
def not_scaled():
    """The scores are not divided by sqrt(d), d being the number of features of a query (its last axis)."""


@slip("math.sqrt(queries.shape[-1])", "queries.shape[-1]")
def divided_by_d():
    """The scores are divided by d itself. A sum of d products grows like sqrt(d): divide by sqrt(d)."""


@slip("math.sqrt(queries.shape[-1])", "math.sqrt(keys.shape[1])")
def scaled_by_number_of_keys():
    """The scores are divided by the square root of the number of keys. What counts is d, the number of features (last
    axis)."""


@slip(
    (" / math.sqrt(queries.shape[-1])", ""),
    ("torch.softmax(scores, dim=-1)", "torch.softmax(scores, dim=-1) / math.sqrt(queries.shape[-1])"),
)
def scaled_after_softmax():
    """The division by sqrt(d) comes after the softmax, so the weights no longer sum to 1: divide the scores."""


@slip("dim=-1)", "dim=1)")
def softmax_over_queries():
    """The softmax runs over the queries: each key's weights sum to 1. It has to run over the keys, the last axis, so
    that each query's weights sum to 1."""


@slip("dim=-1)", "dim=0)")
def softmax_over_batch():
    """The softmax runs over the batch, so the items of a batch mix. (F.softmax without dim does that to a tensor of
    three axes.) It has to run over the keys: dim=-1."""


@slip("return weights @ values, weights", "return weights @ values, scores")
def scores_returned_as_weights():
    """The second result holds the scores. Return the weights: the scores after the softmax."""


@slip("return weights @ values, weights", "return weights, weights @ values")
def results_swapped():
    """The two results are the wrong way round: the output comes first, then the weights."""


@slip("return weights @ values, weights", "return weights @ values")
def weights_not_returned():
    """Only the output is returned. The weights are wanted too: return output, weights."""


@slip("if valid_lens is not None:", "if False:", sentence=MASK_IGNORED)
def mask_ignored(): ...


@slip(("position >= ", "position < "), ('float("-inf")', "-1e6"), sentence=MASK_REVERSED)
def mask_reversed(): ...


@slip("position >= ", "position > ", sentence=ONE_KEY_TOO_MANY)
def one_key_too_many(): ...


@slip(
    ("position >= valid_lens.unsqueeze(-1)", "position >= valid_lens.unsqueeze(-1) - 1"),
    ('float("-inf")', "-1e6"),
    sentence=ONE_KEY_TOO_FEW,
)
def one_key_too_few(): ...


@slip("position >= valid_lens.unsqueeze(-1)", "position >= valid_lens.unsqueeze(-1) - 1")
def one_key_too_few_and_nan():
    """One key too few takes part, and a row whose only key is masked is NaN: with a length of n the valid positions are
    0 to n - 1; those >= n are masked."""


@slip(
    "position >= valid_lens.unsqueeze(-1)",
    "position < keys.shape[1] - valid_lens.unsqueeze(-1)",
    sentence=KEYS_COUNTED_FROM_THE_END,
)
def keys_counted_from_the_end(): ...


@slip('float("-inf")', "0.0")
def masked_scores_zero():
    """Masked scores are set to 0, but exp(0) is 1: such a key still gets weight. Its score has to be minus infinity."""


@slip(
    ('scores = scores.masked_fill(masked, float("-inf"))', "gate = ~masked"),
    ("if valid_lens is not None:", "gate = True\n    if valid_lens is not None:"),
    ("torch.softmax(scores, dim=-1)", "torch.softmax(scores, dim=-1) * gate"),
    sentence=ZEROED_AFTER_SOFTMAX,
)
def zeroed_after_softmax(): ...


@slip(
    ('scores = scores.masked_fill(masked, float("-inf"))', "gate = ~masked"),
    ("if valid_lens is not None:", "gate = True\n    if valid_lens is not None:"),
    ("torch.softmax(scores, dim=-1)", "torch.softmax(scores, dim=-1) * gate"),
    ("    return ", "    weights = weights / weights.sum(-1, keepdim=True)\n    return "),
)
def renormalised_after_softmax():
    """The weights are masked after the softmax and divided by what is left of their sum. Where a masked key has by far
    the largest score nothing is left, and 0 / 0 is NaN. Mask the scores, before the softmax."""


@slip('float("-inf")', "-1e4")
def mask_too_weak():
    """Masked scores are set to -1e4, and real scores can be as low: masked keys then get weight. Use minus infinity (or
    -1e6)."""


@slip('float("-inf")', "-1e3")
def mask_much_too_weak():
    """Masked scores are set to a number (or lowered by one) that is small only beside ordinary scores. Where the valid
    scores are -1e4 the masked keys win: use minus infinity (or -1e6)."""


@slip("torch.softmax(scores, dim=-1)", "scores.exp() / scores.exp().sum(-1, keepdim=True)", sentence=EXP_OVERFLOWS)
def exp_overflows(): ...


@slip(
    "torch.softmax(scores, dim=-1)",
    "(scores - scores.max()).exp() / (scores - scores.max()).exp().sum(-1, keepdim=True)",
)
def one_maximum_for_all():
    """The largest score of all rows is subtracted before exp. In a row whose scores are far below it every exp is 0,
    and 0 / 0 is NaN: subtract the largest score of each row, as torch.softmax does."""


@slip("if valid_lens.dim() == 1:", "if valid_lens.shape[-1] != queries.shape[1]:", sentence=AXES_TOLD_BY_SIZE)
def axes_told_by_size(): ...


@slip("position = ", "valid_lens = valid_lens[:, :1]\n        position = ", sentence=ONE_LENGTH_FOR_ALL_QUERIES)
def one_length_for_all_queries(): ...


@slip("position = ", "valid_lens = valid_lens.max().expand_as(valid_lens)\n        position = ")
def one_length_for_the_batch():
    """One length masks the whole batch: every item has a length of its own."""


@slip("return weights @ values, weights", "return (weights @ values).squeeze(), weights.squeeze()")
def axes_of_size_one_dropped():
    """An axis of size 1 is missing in a result: squeeze() removes every such axis, also that of a batch of one item.
    Name the axis, or leave squeeze out."""


@slip(
    "scores = queries @ keys.transpose(1, 2) / math",
    "scores = queries.div_(math.sqrt(queries.shape[-1])) @ keys.transpose(1, 2)  # math",
)
def queries_scaled_in_place():
    """The queries that were passed in are changed: queries /= ... and div_ write into the caller's tensor. Divide the
    scores, or make new queries: queries = queries / ..."""


@slip("return weights @ values, weights", "return weights @ values, weights.detach()")
def gradient_of_weights_cut():
    """No gradient flows through the weights that are returned (.detach(), .data?). A loss may depend on them: return
    the tensor that made the output."""


@slip("return weights @ values, weights", "weights = weights.detach()\n    return weights @ values, weights")
def gradient_cut_at_the_weights():
    """The values get their gradient, queries and keys do not: the weights are cut off from the scores (.detach(),
    .data, torch.no_grad, numpy?)."""


@misconception
def output_of_unmasked_weights(queries, keys, values, valid_lens=None):
    """The output is made with the weights before masking, so masked values still enter it. Use the weights that you
    return."""
    output, _ = reference.scaled_dot_product_attention(queries, keys, values)
    return output, reference.scaled_dot_product_attention(queries, keys, values, valid_lens)[1]
