"""What checks of gradients by hand share: a recurrent network over one sequence, and what follows from its logits."""

import torch

from autograder.spec import Close, Mistake, drawn, known_by_shape, named, normal, uniform

GRADIENTS = ("dU", "dW", "dV")
AXES = {"dU": ("hidden", "inputs"), "dW": ("hidden", "hidden"), "dV": ("classes", "hidden")}


def labels(d):
    """Labels of which at least one is the last class: a mistake in the width of the one-hot rows is paid once."""
    found = torch.randint(d.size("classes"), d.shape(["steps"]), generator=d.generator)
    found[torch.randint(len(found), (), generator=d.generator)] = d.size("classes") - 1
    return found


FIRST_CLASS = drawn(lambda d: torch.zeros(d.shape(["steps"]), dtype=torch.int64), "steps")
# No state is near an end of tanh, so that each matrix counts.
SEQUENCE = {
    "X": normal("steps", "inputs"),
    "targets": drawn(labels, "steps"),
    "U": normal("hidden", "inputs", std=0.5),
    "W": normal("hidden", "hidden", std=0.5),
    "V": normal("classes", "hidden"),
}
HUGE = {
    "V": uniform("classes", "hidden", low=-4000.0, high=4000.0)
}  # logits of up to 1e4 and more: do is a difference of numbers of 0 and 1
# States so small that the derivative of tanh is 1, in float64 too: a mistake in it is paid elsewhere.
SMALL = {
    "U": drawn(
        lambda d: 1e-9 * torch.randn(d.shape(["hidden", "inputs"]), generator=d.generator).to(d.dtype),
        "hidden",
        "inputs",
    )
}


def by_hand(function, *arguments):
    """Calls a function that returns the three gradients where autograd records nothing; in another order or transposed
    they are put right."""
    _X, _targets, U, W, V, *_ = arguments
    with torch.inference_mode():
        found = named(function(*arguments), *GRADIENTS)
    if [getattr(part, "shape", None) for part in found.values()] == [U.T.shape, W.shape, V.T.shape]:
        return {name: part.T for name, part in found.items()}
    return known_by_shape(found, {"dU": U.shape, "dW": W.shape, "dV": V.shape})


def reached(X, U, W, state=None):
    """The states (T, h) after each step, from this one or from zeros."""
    states = [W.new_zeros(len(W)) if state is None else state]
    for x in X:
        states.append((W @ states[-1] + U @ x).tanh())
    return torch.stack(states[1:])


def from_the_logits(d_logits, X, U, W, V, num_steps):
    """What derivatives of the logits (T, c) come to at U and W when each goes back through num_steps states."""
    states = reached(X, U, W)
    leaves = {"dU": U.clone().requires_grad_(), "dW": W.clone().requires_grad_()}
    total = 0.0
    for t in range(len(X)):
        begin = max(0, t + 1 - num_steps)
        window = reached(X[begin : t + 1], *leaves.values(), states[begin - 1] if begin else None)
        total = total + d_logits[t] @ V @ window[-1]
    return dict(zip(leaves, torch.autograd.grad(total, [*leaves.values()]), strict=True))


def less_what_follows_from_dV(*names):
    """Judges dU and dW, less what follows from a wrong prediction minus truth, which dV tells where T <= h: dV is its
    product with the states."""

    def of(got, want, X, U, W, V, num_steps=None):
        if not got["dV"].any():
            raise Mistake("dV is zero, so nothing can follow from it")
        off = (got["dV"] - want["dV"]).double()
        if off.abs().max() < 1e-3 * want["dV"].abs().max():
            return {name: got[name] for name in names}
        X, U, W, V = (t.double() for t in (X, U, W, V))
        states = reached(X, U, W)
        less = from_the_logits((off @ torch.linalg.pinv(states)).T, X, U, W, V, num_steps or len(X))
        right = all((got[n] - less[n] - want[n]).abs().max() < 1e-3 * want[n].abs().max() for n in names)
        return {name: want[name] if right else got[name] for name in names}

    return Close(of=of)


def forms(got):
    """The shapes in the place of tensors: the numbers are other checks' matter."""
    return {name: str(tuple(part.shape)) if isinstance(part, torch.Tensor) else part for name, part in got.items()}
