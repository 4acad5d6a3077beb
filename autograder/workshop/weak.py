"""Checks that give points for no work: what zeros pass, results written down beforehand, or statements of the process.

Each of these is a solution of ours that is graded like any other, so a check that needs one which it fails is safe.
What an exception alone passes is found beside the other trivial solutions of the audit.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from autograder.judging.expectations import Expectations, run_seed
from autograder.judging.verdicts import Outcomes, Verdicts
from autograder.messages import N_, _
from autograder.results import Status
from autograder.runner.outcome import Kind, Outcome
from autograder.runner.perform import Student
from autograder.spec.errors import Unfit
from autograder.spec.exercise import Case, Check, Exercise
from autograder.spec.judges import Statistic
from autograder.spec.values import map_tensors
from autograder.workshop.witness import loaded

OTHER = "other"  # a seed
ZEROS = N_(
    "{check} ({points:g}): zeros of the right shape pass it: add a case where they are wrong, or let it need a "
    "check of values"
)
WRITTEN = N_(
    "{check} ({points:g}): results written down beforehand pass it, whatever the seed: draw one of its cases, or say "
    "what it needs"
)
CLAIMED = N_(
    "{check} ({points:g}): statements that the student's process merely claims pass it: return what they are about, or "
    "say what it needs"
)
# By check and case, of each entry point the first, and whether it came from a module or a function that was made.
Results = dict[tuple[str, int], dict[str, tuple[Any, bool]]]


class Weak(NamedTuple):
    """A check that gives points for no work. is_free: a constant passes it, of whose results only the shape is right;
    else one has to know beforehand what is asked. sentence: what passes it, and what to do."""

    check: str
    points: float
    is_free: bool
    sentence: str


def weak(exercise: Exercise, expectations: Expectations, reference: str) -> list[Weak]:
    """The checks of values that give points for no work.

    A property is asked only where the value is right, and so is proven with it. What a random function draws by another
    seed is as right as by this one.
    """
    found = []
    checks = [check for check in exercise.checks if not check.training and not check.asks]
    right, _values = _recorded(checks, expectations, reference, exercise.entries)
    written, values = _recorded(checks, expectations, reference, exercise.entries, OTHER)
    zeros = {
        key: {entry: (_zeroed(value), made) for entry, (value, made) in results.items()}
        for key, results in right.items()
    }
    outcomes = [_given(checks, expectations, reference, results) for results in (zeros, written)]
    by_zeros, by_written = (_passed(exercise, expectations, found) for found in outcomes)
    for check in checks:
        claimed = _claimed(check, expectations, values)
        if not check.points:
            continue
        is_random = isinstance(check.judge, Statistic)
        if claimed and check.name in _passed(exercise, expectations, {**outcomes[1], **claimed}):
            text = CLAIMED
        elif check.name in by_zeros:
            text = ZEROS
        elif check.name in by_written and any(check.declared(case) for case in check.cases) and not is_random:
            text = WRITTEN
        else:
            continue
        sentence = _(text).format(check=check.name, points=check.points)
        found.append(Weak(check.name, check.points, text is ZEROS, sentence))
    return found


def _passed(exercise: Exercise, expectations: Expectations, outcomes: Outcomes) -> set[str]:
    verdicts, named = Verdicts(expectations, outcomes), {check.name: check for check in exercise.checks}
    return {name for name, check in named.items() if verdicts.status(check, named, training=False) is Status.PASSED}


def _claimed(check: Check, expectations: Expectations, values: Outcomes) -> Outcomes:
    """The results of a check as it wants them, if they are statements alone, and the same for another seed."""
    found: Outcomes = {}
    for case in check.cases:
        key = check.name, case.index
        value = expectations.expected(check, case).value
        if not isinstance(value, dict) or not all(map(_is_said, value.values())) or value != values[key].value:
            return {}
        found[key] = Outcome(Kind.RETURNED, value=value)
    return found


def _is_said(value: Any) -> bool:
    return all(map(_is_said, value)) if isinstance(value, list | tuple) else isinstance(value, str | int | None)


def _zeroed(value: Any) -> Any:
    if isinstance(value, Tensor):
        return torch.zeros_like(value)
    if isinstance(value, dict):
        return {name: _zeroed(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_zeroed, value))
    return type(value)() if isinstance(value, int | float | str) else value


def _recorded(
    checks: list[Check], expectations: Expectations, reference: str, entries: Sequence[str], seed: str = ""
) -> tuple[Results, Outcomes]:
    """What the entry points of the reference give, of modules and functions their calls, and what comes of it.

    seed: another one than that of the expectations.
    """
    module, found, outcomes = loaded(reference), Results(), Outcomes()
    held: dict[str, tuple[Any, bool]] = {}

    def recording(entry: str, right: Callable[..., Any], inner: bool = False) -> Callable[..., Any]:
        def keep(value: Any, made: bool = inner) -> None:
            held.setdefault(entry, (map_tensors(value, lambda t: t.detach().clone()), made))

        def call(*args: Any, **kwargs: Any) -> Any:
            made = right(*args, **kwargs)
            if isinstance(made, nn.Module):
                made.register_forward_hook(lambda _net, _args, result: keep(result, True))
            elif isinstance(made, FunctionType):
                return recording(entry, made, True)
            else:
                keep(made)
            return made

        return call

    for entry in entries:
        setattr(module, entry, recording(entry, getattr(module, entry)))
    for check in checks:
        for case in check.cases:
            held.clear()
            inputs = check.draw(case, seed)[0] if seed else expectations.expected(check, case).inputs
            outcomes[check.name, case.index] = _run(check, case, inputs, module, expectations.root + seed)
            found[check.name, case.index] = dict(held)
    return found, outcomes


def _given(checks: list[Check], expectations: Expectations, reference: str, results: Results) -> Outcomes:
    """What comes of a solution whose entry points give these results, and do nothing besides; of modules, which have
    the right parameters, and of functions the calls do. Where there is none it fails."""
    outcomes = Outcomes()
    for check in checks:
        for case in check.cases:
            key, module = (check.name, case.index), loaded(reference)
            for entry in vars(module).keys() & results[key].keys():
                setattr(module, entry, _giving(getattr(module, entry), *results[key][entry]))
            found = _run(check, case, expectations.expected(check, case).inputs, module, expectations.root)
            outcomes[key] = found if results[key] else Outcome(Kind.RAISED)
    return outcomes


def _giving(right: Callable[..., Any], result: Any, makes: bool) -> Callable[..., Any]:
    """makes: whether it makes a module or a function, whose calls give the result."""

    def given(*_args: Any, **_kwargs: Any) -> Any:
        return map_tensors(result, Tensor.clone)

    def call(*args: Any, **kwargs: Any) -> Any:
        if not makes:
            return given()  # nothing is done to what was passed in
        try:
            made = right(*args, **kwargs)
        except Exception:
            return given()
        if isinstance(made, FunctionType):
            return given
        made.forward = given
        return made

    return call


def _run(check: Check, case: Case, inputs: dict[str, Any], module: ModuleType, seed: str) -> Outcome:
    number = run_seed(seed, check, case)
    random.seed(number)
    torch.manual_seed(number)
    given = map_tensors(check.arguments(case, check.public(case, inputs)), Tensor.clone)
    try:
        value = check.run_of(case)(Student(module), **given)
    except Unfit as error:
        return Outcome(Kind.UNFIT, message=error.text, facts=error.facts)
    except Exception as error:
        return Outcome(Kind.RAISED, error=type(error).__name__)
    return Outcome(Kind.RETURNED, value=map_tensors(value, Tensor.detach))
