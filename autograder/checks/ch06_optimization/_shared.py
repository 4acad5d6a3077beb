"""What the optimizers' steps share: several steps in a row, and the conditions that hold of each.

A condition is asked of each ``rule`` (the name of an entry point) by itself, beside what that function does elsewhere,
so that a wrong formula is not paid again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from autograder.spec import Close, Draw, Exercise, Leaves, describe, drawn, has_graph, normal
from autograder.spec.inputs import Input
from autograder.spec.values import tensors

Step = Callable[..., Any]

PARAMS = [normal("d", "h"), normal("h"), normal(), normal(1, "k")]
GRADS = [normal("steps", "d", "h", away=0.25), normal("steps", "h", away=0.25)]
GRADS += [normal("steps", away=0.25), normal("steps", 1, "k", away=0.25)]
OTHERS = {
    "params": [normal(2, 3, "h", 2), normal("d", 1), normal(1)],
    "grads": [
        normal("steps", 2, 3, "h", 2, away=0.25),
        normal("steps", "d", 1, away=0.25),
        normal("steps", 1, away=0.25),
    ],
}
# Of three steps, which parameter has no gradient in which: the first never has one in the second case.
MISSING = ([(1, 0), (0, 2)], [(0, 0), (1, 0), (2, 0), (0, 1), (1, 3)])


def zero_at(k: int) -> list[Input]:
    """Gradients of which those of step k, counted from 0, are 0 everywhere."""

    def draw(g: Input, d: Draw) -> Tensor:
        found = g.draw(d)
        found[k] = 0
        return found

    return [drawn(partial(draw, g), *g.dims) for g in GRADS]


def fill(params: Sequence[Any], grads: Sequence[Tensor | None]) -> None:
    """Gives what the list holds by now its gradients, in new tensors."""
    for p, g in zip(params, grads, strict=False):
        p.grad = None if g is None else g.detach().clone()


def walk(
    step: Step,
    params: Sequence[Tensor],
    grads: Sequence[Tensor],
    hyper: Mapping[str, Any],
    missing: Sequence[Sequence[int]] = (),
) -> tuple[Leaves, list[dict[str, Any]]]:
    """What a step makes of parameters and states, done once for each row of the gradients.

    hyper: numbers, or lists of them, through which the steps go. missing: (number of a step, place of a parameter) that
    has no gradient then.
    """
    leaves, states = Leaves(params), [{} for _ in params]
    lacks = [tuple(pair) for pair in missing]
    for k in range(len(grads[0])):
        fill(leaves.params, [None if (k, i) in lacks else g[k] for i, g in enumerate(grads)])
        step(leaves.params, states, {n: v[k % len(v)] if isinstance(v, list) else v for n, v in hyper.items()})
    return leaves, states


def _side_by_side(got: Mapping[str, Any]) -> dict[str, Any]:
    """What was found, less what it should be: 0 everywhere, also where a wrong formula makes NaN of both."""
    off = {}
    for name, expected in got["expected"].items():
        found = got["found"][name]
        same = (found == expected) | (found.isnan() & expected.isnan())
        off[name] = torch.where(same, 0, found - expected)
    return off | got.get("more", {})


def _along(got: Mapping[str, Tensor], params: Sequence[Tensor], grads: Sequence[Tensor]) -> dict[str, Any]:
    """Whether all moved along their gradients or all against them. NaN is the matter of other checks."""
    pairs = zip(got.values(), params, grads, strict=True)
    off = torch.cat([((now - before) * g[0]).flatten() for now, before, g in pairs])
    return {"all elements move along their gradients": bool(((off > 0) | off.isnan()).all() or (off < 0).all())}


def moves_along_the_gradient(student, rule, params, grads, hyper):
    """each function moves every element of the parameters along its gradient"""
    return walk(getattr(student, rule), params, [g[[0, 0]] for g in grads], hyper)[0].values()


def works_in_place(student, rule, params, grads, hyper):
    """each function changes parameters in place: the list holds the same tensors, in the same memory"""
    return walk(getattr(student, rule), params, grads, hyper)[0].in_place()


def leaves_leaves(student, rule, params, grads, hyper):
    """after a step all parameters are leaves that require grad if they did before"""
    leaves = Leaves(params, [*(g[0] for g in grads[:-1]), None], frozen=[len(params) - 1])
    getattr(student, rule)(leaves.params, [{} for _ in params], dict(hyper))
    return leaves.kinds()


def leaves_gradients_alone(student, rule, params, grads, hyper):
    """each function neither changes nor clears .grad"""
    leaves, states, found = Leaves(params), [{} for _ in params], {}
    for k in range(len(grads[0])):
        fill(leaves.params, [g[k] for g in grads])
        held = list(leaves.params)
        getattr(student, rule)(leaves.params, states, dict(hyper))
        for i, p in enumerate(held):
            found[f"params[{i}].grad after step {k + 1}"] = "None" if p.grad is None else p.grad.detach().clone()
    return found


def keeps_no_gradient(student, rule, params, grads, hyper):
    """nothing in a state shares memory with .grad, which the next backward() changes"""
    leaves, states, shared = Leaves(params), [{} for _ in params], set()
    for k in range(len(grads[0])):
        fill(leaves.params, [g[k] for g in grads])
        getattr(student, rule)(leaves.params, states, dict(hyper))
        for i, (p, state) in enumerate(zip(leaves.params, states, strict=False)):
            if p.grad is not None and p.grad.untyped_storage().data_ptr() in _storages(state):
                shared.add(f"states[{i}]")
    return {"shares memory with .grad": ", ".join(sorted(shared)) or "nothing"}


def _storages(state: Any) -> list[int]:
    return [t.untyped_storage().data_ptr() for _path, t in tensors(state)]


def skips_what_has_no_gradient(student, rule, params, grads, hyper, missing):
    """a parameter without a gradient is skipped: it and its state stay as they are, and those after it are not"""
    step = getattr(student, rule)
    leaves, states = walk(step, params, grads, hyper, missing)
    lacks, expected = [tuple(pair) for pair in missing], {}
    for i, (p, g) in enumerate(zip(params, grads, strict=True)):
        kept = [k for k in range(len(g)) if (k, i) not in lacks]
        alone = walk(step, [p], [g[kept]], hyper)[0].values() if kept else {"params[0]": p}
        expected[f"params[{i}]"] = alone["params[0]"]
    never = [i for i in range(len(params)) if all((k, i) in lacks for k in range(len(grads[i])))]
    entries = {f"entries in states[{i}], whose parameter never had a gradient": len(states[i]) for i in never}
    return {"found": leaves.values(), "expected": expected, "more": entries}


def keeps_all_in_the_states(student, rule, params, grads, hyper):
    """what lasts is kept in the dicts of states and nowhere else: emptied dicts are a new start"""
    step, states = getattr(student, rule), [{} for _ in params]
    leaves = Leaves(params)

    def go_on():
        for k in range(len(grads[0])):
            fill(leaves.params, [g[k] for g in grads])
            step(leaves.params, list(states), dict(hyper))

    go_on()
    halfway = leaves.values()
    for state in states:
        state.clear()
    go_on()
    expected, _states = walk(step, [*halfway.values()], grads, hyper)
    return {"found": leaves.values(), "expected": expected.values()}


def keeps_states_small(student, rule, params, grads, hyper):
    """tensors in a state have the shape and the dtype of the parameter, or are 0-dim, and have no graph"""
    _leaves, states = walk(getattr(student, rule), params, grads, hyper)
    found = {}
    for i, (p, state) in enumerate(zip(params, states, strict=False)):
        kept = [t for _path, t in tensors(state)]
        strange = [describe(t) for t in kept if t.dim() and (t.shape != p.shape or t.dtype != p.dtype)]
        found[f"states[{i}]: other shapes or dtypes"] = ", ".join(strange) or "none"
        found[f"states[{i}]: requires grad"] = has_graph(kept)
    return found


def leaves_hyper_alone(student, rule, params, grads, hyper):
    """each function leaves hyper unchanged"""
    leaves, given = Leaves(params, [g[0] for g in grads]), dict(hyper)
    getattr(student, rule)(leaves.params, [{} for _ in params], given)
    return {"hyper": given}


def returns_none(student, rule, params, grads, hyper):
    """each function returns None"""
    leaves = Leaves(params, [g[0] for g in grads])
    return {f"{rule} returns": getattr(student, rule)(leaves.params, [{} for _ in params], dict(hyper))}


def ask_conditions(exercise: Exercise, hypers: Mapping[str, Mapping[str, float]]) -> None:
    """Adds the checks of what holds of every step: 4.5 points. hypers: for each rule what it is called with."""
    rules = [{"rule": rule, "hyper": dict(hyper)} for rule, hyper in hypers.items()]
    given = exercise.call(rule="", params=PARAMS, grads=GRADS, hyper={})
    beside = Close(of=_side_by_side, scale=1)
    given.check(points=0.25, cases=rules, steps=1, judge=Close(of=_along))(moves_along_the_gradient)
    once: dict[str, Any] = {"cases": rules, "steps": 2, "needs": moves_along_the_gradient}
    given.check(points=0.75, **once)(works_in_place)
    given.check(points=0.25, **once)(leaves_leaves)
    given.check(points=0.5, **once)(leaves_gradients_alone)
    given.check(points=0.25, **once)(keeps_no_gradient)
    lacks = [{**rule, "missing": pairs} for rule in rules for pairs in MISSING]
    given.check(points=0.75, judge=beside, **{**once, "cases": lacks, "steps": 3}, missing=[])(
        skips_what_has_no_gradient
    )
    given.check(points=0.75, judge=beside, **once)(keeps_all_in_the_states)
    given.check(points=0.5, dtypes=("float32", "float64"), **once)(keeps_states_small)
    given.check(points=0.25, **once)(leaves_hyper_alone)
    given.check(points=0.25, **once)(returns_none)
