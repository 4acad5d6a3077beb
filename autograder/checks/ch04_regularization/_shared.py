"""What the exercises share: elements that are dropped; weights and biases, and steps that tell them apart."""

import torch

from autograder.messages import N_
from autograder.spec import Unfit, cotangent, fitting, normal

IMAGES = ("examples", "channels", "height", "width")


def nonzero(*dims):
    """Values of both signs, none of them near 0: a 0 in the result is an element that was dropped."""
    return normal(*dims, away=0.25)


def factors_of_kept(got, X):
    """Between which numbers Y / X lies for the elements that were kept."""
    factors = got / X
    return {
        "the smallest Y / X of kept elements": torch.where(factors != 0, factors, torch.inf).amin(),
        "the largest Y / X of kept elements": torch.where(factors != 0, factors, -torch.inf).amax(),
    }


def with_gradients(drop, X, calls):
    """What calls make of as many copies of X, and the gradient that arrives at these, for ``gradients_of_kept``."""
    copies = X.expand(calls, *X.shape).clone().requires_grad_()
    Y = torch.stack([fitting(drop(copy), X) for copy in copies])
    found = torch.autograd.grad(Y, copies, cotangent(Y), allow_unused=True)[0] if Y.requires_grad else None
    if found is None:
        text = N_("no gradient arrives at {leaf}: it was cut off on the way (.item(), .detach(), numpy?)")
        raise Unfit(text, leaf="X")
    return {"the result": Y, "the gradient": found}


def gradients_of_kept(got):
    """What of the gradient arrived where elements were dropped and where they were kept."""
    kept, gradient = got["the result"] != 0, got["the gradient"] / cotangent(got["the result"])
    return {
        "the largest gradient where dropped": torch.where(kept, 0, gradient.abs()).amax(),
        "the smallest gradient where kept": torch.where(kept, gradient, torch.inf).amin(),
        "the largest gradient where kept": torch.where(kept, gradient, -torch.inf).amax(),
    }


def weights(params):
    """The places of the weights in a list of parameters: two or more dimensions."""
    return [i for i, p in enumerate(params) if p.dim() >= 2]


def biases(params):
    """The places of the biases in a list of parameters: one dimension or none."""
    return [i for i, p in enumerate(params) if p.dim() < 2]
