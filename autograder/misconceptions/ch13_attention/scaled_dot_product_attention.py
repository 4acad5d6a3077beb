"""What people get wrong about scaled_dot_product_attention."""

from autograder.misconceptions.sentences import (
    AXES_TOLD_BY_SIZE,
    EXP_OVERFLOWS,
    KEYS_COUNTED_FROM_THE_END,
    MASK_IGNORED,
    MASK_REVERSED,
    ONE_KEY_TOO_FEW,
    ONE_KEY_TOO_MANY,
    ONE_LENGTH_FOR_ALL_QUERIES,
    PRECISION_LOST,
    ZEROED_AFTER_SOFTMAX,
)
from autograder.spec import misconception, reference, slip

slip(
    "not_scaled",
    "The scores are not divided by sqrt(d), d being the number of features of a query (its last axis).",
    (" / math.sqrt(queries.shape[-1])", ""),
)
slip(
    "divided_by_d",
    "The scores are divided by d itself. A sum of d products grows like sqrt(d): divide by sqrt(d).",
    ("math.sqrt(queries.shape[-1])", "queries.shape[-1]"),
)
slip(
    "scaled_by_number_of_keys",
    "The scores are divided by the square root of the number of keys. What counts is d, the number of features (last axis).",
    ("math.sqrt(queries.shape[-1])", "math.sqrt(keys.shape[1])"),
)
slip(
    "scaled_after_softmax",
    "The division by sqrt(d) comes after the softmax, so the weights no longer sum to 1: divide the scores.",
    (" / math.sqrt(queries.shape[-1])", ""),
    ("torch.softmax(scores, dim=-1)", "torch.softmax(scores, dim=-1) / math.sqrt(queries.shape[-1])"),
)
slip(
    "softmax_over_queries",
    """The softmax runs over the queries: each key's weights sum to 1. It has to run over the keys, the last axis, so
    that each query's weights sum to 1.""",
    ("dim=-1)", "dim=1)"),
)
slip(
    "softmax_over_batch",
    """The softmax runs over the batch, so the items of a batch mix. (F.softmax without dim does that to a tensor of
    three axes.) It has to run over the keys: dim=-1.""",
    ("dim=-1)", "dim=0)"),
)
slip(
    "scores_returned_as_weights",
    "The second result holds the scores. Return the weights: the scores after the softmax.",
    ("return weights @ values, weights", "return weights @ values, scores"),
)
slip(
    "results_swapped",
    "The two results are the wrong way round: the output comes first, then the weights.",
    ("return weights @ values, weights", "return weights, weights @ values"),
)
slip(
    "weights_not_returned",
    "Only the output is returned. The weights are wanted too: return output, weights.",
    ("return weights @ values, weights", "return weights @ values"),
)
slip(
    "mask_ignored",
    MASK_IGNORED,
    ("if valid_lens is not None:", "if False:"),
)
slip(
    "mask_reversed",
    MASK_REVERSED,
    ("position >= ", "position < "),
    ('float("-inf")', "-1e6"),
)
slip(
    "one_key_too_many",
    ONE_KEY_TOO_MANY,
    ("position >= ", "position > "),
)
slip(
    "one_key_too_few",
    ONE_KEY_TOO_FEW,
    ("position >= valid_lens.unsqueeze(-1)", "position >= valid_lens.unsqueeze(-1) - 1"),
    ('float("-inf")', "-1e6"),
)
slip(
    "one_key_too_few_and_nan",
    """One key too few takes part, and a row whose only key is masked is NaN: with a length of n the valid positions are 0
    to n - 1; those >= n are masked.""",
    ("position >= valid_lens.unsqueeze(-1)", "position >= valid_lens.unsqueeze(-1) - 1"),
)
slip(
    "keys_counted_from_the_end",
    KEYS_COUNTED_FROM_THE_END,
    ("position >= valid_lens.unsqueeze(-1)", "position < keys.shape[1] - valid_lens.unsqueeze(-1)"),
)
slip(
    "masked_scores_zero",
    "Masked scores are set to 0, but exp(0) is 1: such a key still gets weight. Its score has to be minus infinity.",
    ('float("-inf")', "0.0"),
)
slip(
    "zeroed_after_softmax",
    ZEROED_AFTER_SOFTMAX,
    ('scores = scores.masked_fill(masked, float("-inf"))', "gate = ~masked"),
    ("if valid_lens is not None:", "gate = True\n    if valid_lens is not None:"),
    ("torch.softmax(scores, dim=-1)", "torch.softmax(scores, dim=-1) * gate"),
)
slip(
    "renormalised_after_softmax",
    """The weights are masked after the softmax and divided by what is left of their sum. Where a masked key has by
    far the largest score nothing is left, and 0 / 0 is NaN. Mask the scores, before the softmax.""",
    ('scores = scores.masked_fill(masked, float("-inf"))', "gate = ~masked"),
    ("if valid_lens is not None:", "gate = True\n    if valid_lens is not None:"),
    ("torch.softmax(scores, dim=-1)", "torch.softmax(scores, dim=-1) * gate"),
    ("    return ", "    weights = weights / weights.sum(-1, keepdim=True)\n    return "),
)
slip(
    "mask_too_weak",
    """Masked scores are set to -1e4, and real scores can be as low: masked keys then get weight. Use minus infinity
    (or -1e6).""",
    ('float("-inf")', "-1e4"),
)
slip(
    "mask_much_too_weak",
    """Masked scores are set to a number (or lowered by one) that is small only beside ordinary scores. Where the valid
    scores are -1e4 the masked keys win: use minus infinity (or -1e6).""",
    ('float("-inf")', "-1e3"),
)
slip(
    "exp_overflows",
    EXP_OVERFLOWS,
    ("torch.softmax(scores, dim=-1)", "scores.exp() / scores.exp().sum(-1, keepdim=True)"),
)
slip(
    "one_maximum_for_all",
    """The largest score of all rows is subtracted before exp. In a row whose scores are far below it every exp is 0, and
    0 / 0 is NaN: subtract the largest score of each row, as torch.softmax does.""",
    (
        "torch.softmax(scores, dim=-1)",
        "(scores - scores.max()).exp() / (scores - scores.max()).exp().sum(-1, keepdim=True)",
    ),
)
slip(
    "axes_told_by_size",
    AXES_TOLD_BY_SIZE,
    ("if valid_lens.dim() == 1:", "if valid_lens.shape[-1] != queries.shape[1]:"),
)
slip(
    "one_length_for_all_queries",
    ONE_LENGTH_FOR_ALL_QUERIES,
    (
        "position = ",
        "valid_lens = valid_lens[:, :1]\n        position = ",
    ),
)
slip(
    "one_length_for_the_batch",
    "One length masks the whole batch: every item has a length of its own.",
    (
        "position = ",
        "valid_lens = valid_lens.max().expand_as(valid_lens)\n        position = ",
    ),
)
slip(
    "axes_of_size_one_dropped",
    """An axis of size 1 is missing in a result: squeeze() removes every such axis, also that of a batch of one item. Name
    the axis, or leave squeeze out.""",
    ("return weights @ values, weights", "return (weights @ values).squeeze(), weights.squeeze()"),
)
slip(
    "gradient_of_weights_cut",
    """No gradient flows through the weights that are returned (.detach(), .data?). A loss may depend on them: return
    the tensor that made the output.""",
    ("return weights @ values, weights", "return weights @ values, weights.detach()"),
)
slip(
    "gradient_cut_at_the_weights",
    """The values get their gradient, queries and keys do not: the weights are cut off from the scores (.detach(), .data,
    torch.no_grad, numpy?).""",
    ("return weights @ values, weights", "weights = weights.detach()\n    return weights @ values, weights"),
)
slip(
    "computed_in_float32",
    "The result is float32 whatever came in. Keep the dtype of the queries: make no tensors of another one.",
    ("return weights @ values, weights", "return (weights @ values).float(), weights.float()"),
)
slip(
    "precision_lost",
    PRECISION_LOST,
    (
        "return weights @ values, weights",
        "return (weights @ values).float().to(values.dtype), weights.float().to(values.dtype)",
    ),
)


@misconception(
    """The output is made with the weights before masking, so masked values still enter it. Use the weights that you
    return."""
)
def output_of_unmasked_weights(queries, keys, values, valid_lens=None):
    output, _ = reference.scaled_dot_product_attention(queries, keys, values)
    return output, reference.scaled_dot_product_attention(queries, keys, values, valid_lens)[1]
