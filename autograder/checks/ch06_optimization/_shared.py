"""What the optimizers' steps share: several steps in a row, and the conditions that hold of each.

A condition is asked of each ``rule`` (the name of an entry point) in a check of its own, so that a function counts
whatever the others do; and beside what that function does elsewhere, so that a wrong formula is not paid again. What a
file remembers from one walk to the next, in its variables, is put back for the same reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial, wraps
from types import CellType, FunctionType
from typing import Any, NamedTuple

import torch
from torch import Tensor

from autograder.spec import Close, Draw, Exercise, Leaves, as_view, describe, drawn, has_graph, normal, variables_of
from autograder.spec.inputs import Input
from autograder.spec.values import tensors

Step = Callable[..., Any]
Run = Callable[..., Any]

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
# Of three steps, which parameter has no gradient in which; in the second case the first never has one.
MISSING = [
    {"missing": [(1, 0), (0, 2)], "frozen": []},
    {"missing": [(0, 0), (1, 0), (2, 0), (0, 1), (1, 3)], "frozen": [0]},
]
GRAD = "params[{}].grad after step {}"
MOST = 10_000  # entries of a list or a dict that may be kept from call to call


def zero_at(k: int) -> list[Input]:
    """Gradients of which those of step k, counted from 0, are 0 everywhere."""

    def draw(g: Input, d: Draw) -> Tensor:
        found = g.draw(d)
        found[k] = 0
        return found

    return [drawn(partial(draw, g), *g.dims) for g in GRADS]


class Walk(NamedTuple):
    """What came of several steps.

    states: the list that was handed over, behind them; given: the dicts that were in it. grads: by step and parameter,
    .grad behind it. back: by step, what hyper was behind it, and what it returned. borrowed: the places of the states
    in which something shares memory with .grad.
    """

    leaves: Leaves
    states: list[dict[str, Any]]
    given: list[dict[str, Any]]
    grads: dict[str, Any]
    back: dict[str, Any]
    borrowed: Collection[int]


def walk(
    step: Step,
    params: Sequence[Tensor],
    grads: Sequence[Tensor],
    hyper: Mapping[str, Any],
    missing: Sequence[Sequence[int]] = (),
    frozen: Sequence[int] = (),
) -> Walk:
    """What a step makes of parameters and states, done once for each row of the gradients.

    hyper: numbers, or lists of them, through which the steps go. missing: (number of a step, place of a parameter) that
    has no gradient then. frozen: places of parameters that do not require grad.
    """
    leaves, lacks = Leaves(params, frozen=frozen), [tuple(pair) for pair in missing]
    states: list[dict[str, Any]] = [{} for _ in params]
    made, after, back, borrowed = list(states), {}, {}, set()
    with remembering_nothing(step):
        for k in range(len(grads[0])):
            fill(leaves.params, [None if (k, i) in lacks else g[k] for i, g in enumerate(grads)])
            held = list(leaves.params)
            given = {n: v[k % len(v)] if isinstance(v, list) else v for n, v in hyper.items()}
            back[f"step {k + 1} returns"] = step(leaves.params, states, given)
            back[f"hyper after step {k + 1}"] = given
            for i, p in enumerate(held):
                after[GRAD.format(i, k + 1)] = None if p.grad is None else p.grad.detach().clone()
            for i, (p, state) in enumerate(zip(leaves.params, states, strict=False)):
                if p.grad is not None and p.grad.untyped_storage().data_ptr() in _storages(state):
                    borrowed.add(i)
    return Walk(leaves, states, made, after, back, borrowed)


def fill(params: Sequence[Any], grads: Sequence[Tensor | None]) -> None:
    """Gives what the list holds by now its gradients, in new tensors."""
    for p, g in zip(params, grads, strict=False):
        p.grad = None if g is None else g.detach().clone()


def _storages(state: Any) -> list[int]:
    return [t.untyped_storage().data_ptr() for _path, t in tensors(state)]


@contextmanager
def remembering_nothing(step: Step) -> Iterator[None]:
    """Puts the variables of the file that a step is from, and whatever lies in them, back to what they were."""
    kept = _kept(step)
    try:
        yield
    finally:
        for part, held in kept:
            if isinstance(part, CellType):
                part.cell_contents = held
            elif isinstance(part, list):
                part[:] = held
            else:
                for new in [key for key in part if key not in held]:
                    del part[new]
                part.update(held)


def _kept(step: Step) -> list[tuple[Any, Any]]:
    """The lists, dicts and cells in which a file may keep something from call to call, with what they hold."""
    variables = variables_of(step)
    own, found, ahead = variables.get("__name__"), [], [step, variables]
    seen = {id(variables.get("__builtins__"))}
    while ahead:
        part = ahead.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, FunctionType):
            ahead += [vars(part), part.__defaults__, part.__kwdefaults__, *(part.__closure__ or ())]
        elif isinstance(part, CellType):
            with suppress(ValueError):  # it is empty
                found.append((part, part.cell_contents))
                ahead.append(part.cell_contents)
        elif isinstance(part, list | dict) and len(part) < MOST:
            found.append((part, part.copy()))
            ahead += part.values() if isinstance(part, dict) else part
        elif isinstance(part, tuple):
            ahead += part
        elif own and getattr(type(part), "__module__", None) == own and hasattr(part, "__dict__"):
            ahead.append(vars(part))
    return found


def _side_by_side(got: Mapping[str, Any]) -> dict[str, Any]:
    """What was found, less what it should be: 0 everywhere, also where a wrong formula makes NaN of both."""
    off = {}
    for name, expected in got["expected"].items():
        found = got["found"][name]
        same = (found == expected) | (found.isnan() & expected.isnan())
        off[f"{name} less {got['where']}"] = torch.where(same, 0, found - expected)
    return off | got["more"]


def _along(got: Mapping[str, Tensor], params: Sequence[Tensor], grads: Sequence[Tensor]) -> dict[str, Any]:
    """Whether all moved along their gradients or all against them. NaN is the matter of other checks."""
    pairs = zip(got.values(), params, grads, strict=True)
    off = torch.cat([((now - before) * g[0]).flatten() for now, before, g in pairs])
    return {"all elements move along their gradients": bool(((off > 0) | off.isnan()).all() or (off < 0).all())}


def moves_along_the_gradient(student, rule, params, grads, hyper):
    """{rule} moves every element of the parameters along its gradient"""
    return walk(getattr(student, rule), params, [g[[0, 0]] for g in grads], hyper).leaves.values()


def works_in_place(student, rule, params, grads, hyper):
    """{rule} changes parameters in place: the same leaf tensors, in the same memory, that require grad as before"""
    leaves = walk(getattr(student, rule), as_view(params), grads, hyper).leaves
    return {**leaves.in_place(), **leaves.kinds()}


def leaves_the_rest_alone(student, rule, params, grads, hyper):
    """{rule} neither changes nor clears .grad, leaves hyper unchanged, and returns None"""
    done = walk(getattr(student, rule), params, grads, hyper)
    return {**done.grads, **done.back}


def skips_what_has_no_gradient(student, rule, params, grads, hyper, missing, frozen):
    """{rule} skips a parameter without a gradient, frozen or not: it and its state stay as they are, no other's do"""
    step = getattr(student, rule)
    done, lacks, expected = walk(step, params, grads, hyper, missing, frozen), [tuple(pair) for pair in missing], {}
    for i, (p, g) in enumerate(zip(params, grads, strict=True)):
        kept = [k for k in range(len(g)) if (k, i) not in lacks]
        alone = walk(step, [p], [g[kept]], hyper).leaves.values() if kept else {"params[0]": p}
        expected[f"params[{i}]"] = alone["params[0]"]
    never = [i for i in range(len(params)) if all((k, i) in lacks for k in range(len(grads[i])))]
    more: dict[str, Any] = {
        f"entries in states[{i}], whose parameter never had a gradient": len(done.given[i]) for i in never
    }
    more |= {f"{name}, which was frozen": kind for name, kind in done.leaves.kinds(frozen).items()}
    more |= {name: describe(done.grads[name]) for name in (GRAD.format(i, k + 1) for k, i in lacks)}
    where = "where its own gradients alone lead it"
    return {"found": done.leaves.values(), "expected": expected, "where": where, "more": more}


def keeps_all_in_the_states(student, rule, params, grads, hyper):
    """{rule} keeps what lasts in the dicts of states and nowhere else: emptied dicts are a new start"""
    step, states, replaced = getattr(student, rule), [{} for _ in params], set()
    leaves = Leaves(params)

    def go_on():
        for k in range(len(grads[0])):
            fill(leaves.params, [g[k] for g in grads])
            given = list(states)
            step(leaves.params, given, dict(hyper))
            replaced.update(i for i, state in enumerate(states) if len(given) <= i or given[i] is not state)

    with remembering_nothing(step):
        go_on()
        halfway = leaves.values()
        for state in states:
            state.clear()
        go_on()
    expected = walk(step, [*halfway.values()], grads, hyper).leaves
    more = {"states with another dict after a step": sorted(replaced)}
    where = "where a new start leads it"
    return {"found": leaves.values(), "expected": expected.values(), "where": where, "more": more}


def keeps_states_small(student, rule, params, grads, hyper):
    """what {rule} keeps has the shape and the dtype of the parameter, or is 0-dim, without graph or .grad's memory"""
    done = walk(getattr(student, rule), params, grads, hyper)
    found = {"places of states that share memory with .grad": sorted(done.borrowed)}
    for i, (p, state) in enumerate(zip(params, done.states, strict=False)):
        kept = [t for _path, t in tensors(state)]
        strange = [describe(t) for t in kept if t.dim() and (t.shape != p.shape or t.dtype != p.dtype)]
        found[f"states[{i}]: other shapes or dtypes"] = ", ".join(strange) or "none"
        found[f"states[{i}]: requires grad"] = has_graph(kept)
    return found


def keeps_nothing(student, rule, params, grads, hyper):
    """{rule} leaves the dicts in states as they are: empty, and the same ones"""
    done = walk(getattr(student, rule), params, grads, hyper)
    left = [any(state is one for one in done.given) for state in done.states]
    return {
        "entries in each dict": [len(state) for state in done.given],
        "dicts in states": len(left),
        "of these handed over": sum(left),
    }


def ask_conditions(
    exercise: Exercise, rule: str, hyper: Mapping[str, float], points: float, keeps: Run = keeps_all_in_the_states
) -> dict[Run, Run]:
    """Adds the checks of what holds of every step of a rule, and returns for each condition its run.

    hyper: what it is called with. points: of each, but that the first has 0.25. keeps: what is asked of its states.
    """
    given = exercise.call(rule=rule, params=PARAMS, grads=GRADS, hyper=dict(hyper))
    beside, runs = Close(of=_side_by_side, scale=1), {}

    def ask(condition: Run, **options: Any) -> None:
        @wraps(condition)
        def run(*args: Any, **inputs: Any) -> Any:
            return condition(*args, **inputs)

        run.__name__, run.__doc__ = f"{rule}_{condition.__name__}", (condition.__doc__ or "").format(rule=rule)
        options = {"points": points, "steps": 2, "needs": list(runs.values())[:1], **options}
        runs[condition] = given.check(**options)(run)

    ask(moves_along_the_gradient, points=0.25, steps=1, judge=Close(of=_along))
    ask(works_in_place)
    ask(leaves_the_rest_alone)
    ask(skips_what_has_no_gradient, judge=beside, steps=3, cases=MISSING, missing=[], frozen=[])
    if keeps is keeps_all_in_the_states:
        ask(keeps_all_in_the_states, judge=beside)
        ask(keeps_states_small, dtypes=("float32", "float64"))
    else:
        ask(keeps)
    return runs
