"""What the exercises share: logits that are huge, and what is forbidden."""

import torch

from autograder.messages import N_
from autograder.spec import Draw, Family

NLL = Family(
    name="nll",
    operators=r"cross_entropy_loss|nll_loss",
    advice=N_("Write the loss as its formula: exp, log, indexing and sums are welcome."),
)
HIGH, LOW = 1e4, -1e4
# Exponentials overflow, or all underflow; near 1e4 neighbours still have to be told apart.
GAPS = [[HIGH, LOW, 0.0], [LOW, 0.0, HIGH], [0.0, HIGH, LOW], [HIGH, LOW, 9999.0]]
NEAR_HIGH = [[HIGH, 9999.0, 9998.0], [9998.5, 9998.0, HIGH]]
NEAR_LOW = [[LOW, -9999.0, -9998.0], [-9998.5, -9998.0, LOW]]
# No number that is subtracted from all rows alike fits these.
FAR_APART = [[HIGH, 9999.0], [LOW, -9999.0], [0.0, 1.5], [99.0, 100.0], [-800.0, -801.0]]


def gaps(d: Draw):
    """Three rows of GAPS, each logit drawn a little nearer to 0."""
    logits = torch.tensor(GAPS[:3], dtype=torch.float64)
    return (logits - logits.sign() * torch.randint(1, 100, logits.shape, generator=d.generator)).to(d.dtype)


def near_high(d: Draw):
    """Two rows of logits just below the highest."""
    return (HIGH - torch.randint(9, (2, 3), generator=d.generator) / 4).to(d.dtype)


def apart(d: Draw):
    """A row of logits just below the highest, and one just above the lowest."""
    steps = torch.randint(9, (2, 3), generator=d.generator) / 4
    return torch.stack([HIGH - steps[0], LOW + steps[1]]).to(d.dtype)
