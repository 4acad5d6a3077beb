"""What people get wrong about dropout."""

import itertools

import torch

from autograder.spec import misconception, reference, slip


@slip("X * kept / (1 - p)", "X * kept")
def kept_values_not_scaled():
    """What is kept is not scaled: divide it by 1 - p, so that the mean of the result stays that of X and nothing is
    left to do after training."""


@slip("X * kept / (1 - p)", "X * kept / max(p, 1e-9)")
def divided_by_p():
    """What is kept is divided by p. A share 1 - p of the elements is kept, so 1 / (1 - p) brings the mean back."""


@slip("X * kept / (1 - p)", "X * kept * (1 - p)")
def multiplied_by_the_share_kept():
    """What is kept is multiplied by 1 - p, which makes the mean smaller still. Divide by 1 - p."""


@slip("X * kept / (1 - p)", "X * kept * p")
def multiplied_by_p():
    """What is kept is multiplied by p. A share 1 - p of the elements is kept, so dividing by 1 - p brings the mean
    back."""


@slip(">= p", "< p")
def mask_inverted():
    """The mask is the wrong way round: p is the probability that an element is dropped, 1 - p that it is kept."""


@misconception
def p_means_keep(X, p, training=True):
    """p is taken for the probability of keeping an element, in the mask and in the factor (as in some old libraries).
    Here p is the probability of dropping it."""
    return reference.dropout(X, 1 - p, training)


@misconception
def scaled_after_training(X, p, training=True):
    """What is kept is left as it is, and out of training X is multiplied by 1 - p. That is dropout as it was first
    published; inverted dropout scales by 1 / (1 - p) in training, and does nothing afterwards."""
    if not training:
        return X * (1 - p)
    return reference.dropout(X, p) * (1 - p)


@slip("if not training:\n        return X", "if p == 0:\n        return X")
def drops_out_of_training():
    """Elements are dropped although training is False: predictions would change from call to call. Return X then."""


@slip("if not training:\n        return X", "if not training:\n        return X / max(1 - p, 1e-9)")
def scaled_out_of_training_too():
    """The result is scaled although training is False. Where nothing is dropped there is nothing to make up for: return
    X."""


@slip("torch.rand(X.shape, device=X.device)", "torch.rand(len(X), *[1] * (X.dim() - 1))")
def one_decision_per_row():
    """A whole row is kept or dropped together: draw a number for each element, torch.rand(X.shape), not for each
    row."""


@slip("torch.rand(X.shape, device=X.device)", "torch.rand(X.shape[X.dim() > 1 :])")
def one_mask_for_all_rows():
    """All rows lose the same columns: the mask needs the whole shape of X, not that of one row."""


@slip("torch.rand(X.shape, device=X.device)", "torch.rand(*X.shape[:2], *[1] * (X.dim() - 2))")
def one_decision_per_channel():
    """Whole channels of images are kept or dropped together. That is another layer, Dropout2d; here each element has a
    draw of its own."""


CALLS = itertools.count()


@misconception
def masks_taken_in_turn(X, p, training=True):
    """Masks come back: a stock of them is drawn beforehand, or a seed is set that repeats, and after some calls the
    same elements are dropped again. Draw new random numbers at each call."""
    torch.manual_seed(next(CALLS) % 60)
    return reference.dropout(X, p, training)


@slip(
    "kept = torch.rand(X.shape, device=X.device)",
    "kept = torch.rand(X.shape, generator=torch.Generator().manual_seed(1))",
)
def same_mask_at_each_call():
    """Every call drops the same elements: a seed is set inside, the mask is kept between calls, or the values of X
    decide in place of chance. Draw new random numbers at each call, torch.rand(X.shape), and leave seeds to those who
    call."""


@misconception
def fixed_number_dropped(X, p, training=True):
    """The number of dropped elements is always the same. It should vary: each element is decided alone, so that p is
    the share only on average."""
    if not training or p == 1:
        return reference.dropout(X, p, training)
    kept = torch.ones(X.numel())
    kept[torch.randperm(X.numel())[: round(p * X.numel())]] = 0
    return X * kept.reshape(X.shape) / (1 - p)


@slip("    if p == 1:\n        return torch.zeros_like(X)  # 1 / (1 - p) would be infinite\n", "")
def nan_at_p_1():
    """At p = 1 the result is 0 / 0, NaN: nothing is kept, so return zeros before dividing by 1 - p."""


@misconception
def works_in_place(X, p, training=True):
    """X itself was changed: X *= mask and X[...] = 0 work in place. Make a new tensor, X * mask."""
    with torch.no_grad():
        return X.copy_(reference.dropout(X, p, training))


@misconception
def gradient_cut(X, p, training=True):
    """No gradient arrives: the result left the graph through .detach(), .data, numpy or torch.no_grad(). The mask needs
    no gradient, X does."""
    return reference.dropout(X.detach(), p, training)


@misconception
def gradient_around_the_mask(X, p, training=True):
    """The gradient goes around the mask: it arrives at dropped elements too, because the zeros were written behind
    autograd's back (.data, no_grad). Multiply by the mask, or use torch.where."""
    Y = X / (1 - p) if training and p < 1 else X * 1
    Y.data.copy_(reference.dropout(X.detach(), p, training))
    return Y


@slip(
    ("    if p == 1:\n        return torch.zeros_like(X)  # 1 / (1 - p) would be infinite\n", ""),
    ("X * kept / (1 - p)", "torch.where(kept, X / (1 - p), 0)"),
)
def nan_gradient_at_p_1():
    """At p = 1 the value is right, but X / (1 - p) is infinite before torch.where or the mask removes it, and its
    gradient is 0 times infinity, NaN. Return zeros before you divide."""
