"""Sentences that misconceptions about logits and losses share."""

EXP_OVERFLOWS = (
    "exp of a large logit is infinite, and infinite / infinite is NaN; of very negative ones all are 0, and so is their sum. "
    "Subtract the largest logit of each row before exp: nothing else changes."
)

ONE_MAXIMUM_FOR_ALL = (
    "One maximum is subtracted from all rows. A row that lies far below it is left with exponentials of 0 alone. Each row "
    "needs its own: amax(dim=1, keepdim=True)."
)

LOGITS_CLAMPED = (
    "Logits are cut off at a bound, and those beyond it can no longer be told apart. Subtract the largest of each row "
    "instead: that loses nothing."
)
