"""What people get wrong about perplexity."""

import math

import torch

from autograder.spec import misconception, reference, slip

MASK = "mask = torch.ones_like(targets, dtype=torch.bool)"
EMPTY = 'raise ValueError("no position counts")'
COUNTED = "counted = log_probs[mask]"
GATHER = "counted.gather(1, targets[mask].unsqueeze(1))"
RETURN = "return torch.exp(-of_targets.mean()).item()"


@slip(RETURN, "return torch.exp(of_targets.mean()).item()")
def sign_left_out():
    """The minus is missing, so that the result is below 1: it is the mean probability of the targets, and the perplexity is 1
    over that."""


@slip(RETURN, "return -of_targets.mean().item()")
def cross_entropy_returned():
    """The mean of the losses is returned, the cross-entropy. The perplexity is its exponential."""


@slip(RETURN, "return (2 ** -of_targets.mean()).item()")
def base_of_two():
    """2 is raised to the mean. That fits logarithms to base 2; these are natural ones, so it is exp."""


@slip(RETURN, "return torch.exp(-of_targets).mean().item()")
def exp_before_the_mean():
    """The mean is taken of the perplexities of single positions, which one bad guess can make huge. First the mean of the
    log-probabilities, and exp last."""


@slip(RETURN, "return torch.exp(-of_targets.sum()).item()")
def sum_for_the_mean():
    """The sum of the log-probabilities is taken, so that longer texts have larger perplexities. Take the mean over the
    positions."""


@slip(RETURN, "return (1 / of_targets.exp().mean()).item()")
def probabilities_averaged():
    """The probabilities are averaged, and not their logarithms. The mean of the log-probabilities comes first, and exp
    last."""


@slip(GATHER, "counted")
def mean_over_all_tokens():
    """The mean goes over the log-probabilities of all V tokens. Only that of the target counts at each position: gather."""


@slip(GATHER, "(counted.exp() * counted).sum(1)")
def entropy_of_the_model():
    """That is exp of the entropy of the model, how unsure it is, whatever came. What counts is the log-probability of the
    targets."""


@slip(GATHER, "counted.amax(1)")
def most_likely_token():
    """The largest log-probability of each position is taken, as if the model had always been right. Take that of the
    target."""


@misconception
def shifted_once_more(log_probs, targets, mask=None):
    """The targets are shifted by one against log_probs, as one does for a text that is its own target. Here it is done already:
    targets[i] is what log_probs[i] is about."""
    if mask is None:
        mask = torch.ones_like(targets, dtype=torch.bool)
    if targets.shape[-1] > 1:
        log_probs, targets, mask = log_probs[..., :-1, :], targets[..., 1:], mask[..., 1:]
    return reference.perplexity(log_probs, targets, mask)


@misconception
def mean_of_the_perplexities(log_probs, targets, mask=None):
    """Each sequence gets a perplexity of its own, and the mean of these is returned. All counted positions belong into one mean,
    and exp comes last."""
    if targets.dim() == 1 or targets.numel() == 0 or (mask is not None and not mask.any(1).all()):
        return reference.perplexity(log_probs, targets, mask)
    masks = [None] * len(targets) if mask is None else mask
    found = [reference.perplexity(*each) for each in zip(log_probs, targets, masks, strict=True)]
    return sum(found) / len(found)


@misconception
def mean_of_the_means(log_probs, targets, mask=None):
    """The mean is taken within each sequence first, and then over the sequences: a token of a short one weighs more then. All
    counted positions belong into one mean."""
    if targets.dim() == 1 or mask is None or not mask.any():
        return reference.perplexity(log_probs, targets, mask)
    found = [math.log(reference.perplexity(*each)) for each in zip(log_probs, targets, mask, strict=True)]
    return math.exp(sum(found) / len(found))


@misconception
def mask_ignored(log_probs, targets, mask=None):
    """The mask makes no difference: positions count where it is False, too. Leave them out of the sum and of the number."""
    if mask is not None and not mask.any():
        raise ValueError
    return reference.perplexity(log_probs, targets.clamp(0, log_probs.shape[-1] - 1))


@slip(COUNTED, "mask = mask if mask.all() else ~mask\n    counted = log_probs[mask]")
def mask_inverted():
    """The positions count where the mask is False, as in a mask that says what to leave out. Here True counts."""


@slip(RETURN, "return torch.exp(-of_targets.sum() / mask.numel()).item()")
def divided_by_all_positions():
    """The sum over the counted positions is divided by the number of all. Divide by the number of those that count."""


@misconception
def multiplied_by_the_mask(log_probs, targets, mask=None):
    """The log-probabilities are multiplied by the mask, and 0 * -inf is NaN, as is 0 * NaN. Choose the counted ones instead,
    with log_probs[mask] or torch.where."""
    found = reference.perplexity(log_probs, targets, mask)
    if mask is None:
        return found
    others = log_probs.where(~mask.unsqueeze(-1), torch.zeros(()).to(log_probs))
    return found + (0 * others).sum().item()


@misconception
def masked_targets_as_indices(log_probs, targets, mask=None):
    """The targets are used as indices where they are masked, too, and -100 is none. Take the counted positions first, or
    fill in a token that there is."""
    if targets.numel():
        log_probs.gather(-1, targets.unsqueeze(-1))
    return reference.perplexity(log_probs, targets, mask)


@misconception
def zero_taken_for_padding(log_probs, targets, mask=None):
    """Positions with target 0 are left out, as if 0 always meant padding. What counts is said by mask alone."""
    counted = torch.ones_like(targets, dtype=torch.bool) if mask is None else mask
    if (counted & (targets != 0)).any():
        counted = counted & (targets != 0)
    return reference.perplexity(log_probs, targets, counted)


@misconception
def two_leading_axes_demanded(log_probs, targets, mask=None):
    """The axes are counted from the front, as if there were always two before that of the tokens. Count from the end: dim=-1."""
    _n, _T = targets.shape
    return reference.perplexity(log_probs, targets, mask)


@slip(RETURN, "import math\n\n    return math.exp(-of_targets.mean().item())")
def overflow_raised():
    """math.exp raises OverflowError where the result is too large. torch.exp gives inf, as it should be."""


@slip(COUNTED, "counted = log_probs[mask].clamp(min=-100)")
def clamped():
    """Log-probabilities are cut off from below, as by a clamp or by adding a small number to the probability. A model that calls
    impossible what then came has the perplexity inf."""


@slip(COUNTED, "counted = log_probs[mask].float()")
def rounded_to_float32():
    """float64 is rounded to float32 on the way. Leave log_probs in the dtype in which they come, or go to float64."""


@slip(EMPTY, "return float('nan')")
def a_number_for_no_positions():
    """A number comes back where no position counts. A perplexity of NaN, 0 or 1 of nothing spreads or looks perfect: raise
    ValueError."""


@slip("if not mask.any():", "if not mask.any() and mask.numel():")
def only_a_mask_refused():
    """Where there are no positions at all, no ValueError is raised. The mean of nothing is NaN there, too."""


@slip(RETURN, "return torch.exp(-of_targets.mean())")
def tensor_returned():
    """A tensor is returned. A Python float is asked for: .item()."""


@slip(RETURN, "return round(torch.exp(-of_targets.mean()).item(), 2)")
def rounded():
    """The result is rounded. Return it as it is; rounding is for printing."""


@slip(COUNTED, "counted = torch.from_numpy(log_probs.numpy())[mask]")
def through_numpy():
    """log_probs.numpy() refuses what requires a gradient, as the output of a network does. Stay with torch, or take
    log_probs.detach() first."""


@slip(COUNTED, "targets[~mask] = 0\n    counted = log_probs[mask]")
def targets_overwritten():
    """targets are written into. They belong to the caller: take targets[mask], or masked_fill without the underscore."""
