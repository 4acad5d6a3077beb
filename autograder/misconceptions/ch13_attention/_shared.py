"""Sentences that misconceptions about attention share."""

ZEROED_AFTER_SOFTMAX = (
    "The weights of masked keys are set to 0 after the softmax, so the others no longer sum to 1. Mask the "
    "scores, before the softmax."
)

MASK_IGNORED = "valid_lens makes no difference: the keys at positions >= the length must not take part in the softmax."

MASK_REVERSED = "The mask is the wrong way round: the first valid_lens keys count, and those behind them are left out."

ONE_KEY_TOO_MANY = (
    "One key too many takes part: with a length of n the valid positions are 0 to n - 1, so position n is masked."
)

ONE_KEY_TOO_FEW = (
    "One key too few takes part: with a length of n the valid positions are 0 to n - 1; those >= n are masked."
)

KEYS_COUNTED_FROM_THE_END = (
    "The last valid_lens keys count. The valid keys are the first ones: padding stands at the end."
)

ONE_LENGTH_FOR_ALL_QUERIES = (
    "Lengths (b, q) are cut down to one an item of the batch: every query has a length of its own there."
)

AXES_TOLD_BY_SIZE = (
    "The number of queries decides whether valid_lens is taken as (b,) or (b, q), and that goes wrong where b "
    "equals q. Ask for the number of its axes: valid_lens.dim()."
)

EXP_OVERFLOWS = (
    "exp of a large score is infinite, and infinite / infinite is NaN. Subtract the largest score of each row "
    "before exp, as torch.softmax does."
)
