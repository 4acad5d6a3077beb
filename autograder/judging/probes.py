"""Probes: one run that shows at a time what three checks of properties would ask one by one, in every case.

A right solution, which most are, is spared most of the runs; where a probe comes out wrong, each property is asked by
itself, so that only what is at fault is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from autograder.runner.outcome import Kind, Outcome
from autograder.spec.exercise import Case, Check
from autograder.spec.judges import Judge, Want
from autograder.spec.properties import Probe

if TYPE_CHECKING:
    from autograder.judging.expectations import Expectations

# What rounding does in float64, beside what it does in float32.
SMALLER = torch.finfo(torch.float64).eps / torch.finfo(torch.float32).eps


def covered(probe: Check, case: Case, checks: list[Check], expectations: Expectations) -> Iterator[tuple[Check, Case]]:
    """The cases of the properties that a case of a probe tells about: not of gradients, where inputs are far from 0."""
    assert isinstance(probe.asks, Probe)
    for check in checks:
        if check.asks and check.asks.probed and (check.asks.name != "gradients" or check.asks == probe.asks.flow):
            for other in check.cases:
                told = check.asks.name != "gradients" or not expectations.far(check, other)
                if told and not other.observed and other.base == case.base:
                    yield check, other


def proven(
    probe: Check, cases: Sequence[Case], outcome: Outcome, checks: list[Check], expectations: Expectations
) -> Iterator[Case]:
    """The cases of a probe of which all that it asks came out right."""
    if outcome.kind is not Kind.RETURNED or outcome.misplaced:
        return
    if not isinstance(outcome.value, list) or len(outcome.value) != len(cases):
        return
    for case, value in zip(cases, outcome.value, strict=True):
        if isinstance(value, dict) and _holds(probe, case, value, checks, expectations):
            yield case


def _holds(probe: Check, case: Case, value: dict[Any, Any], checks: list[Check], expectations: Expectations) -> bool:
    assert case.base
    assert isinstance(probe.asks, Probe)
    names = value.get("changed")
    if not isinstance(names, list) or {str(n).partition("[")[0] for n in names} - set(case.base[0].mutates):
        return False
    parts = [("value", *case.base)]
    if flow := probe.asks.flow:
        parts += [("gradients", c, o) for c, o in covered(probe, case, checks, expectations) if c.asks == flow]
    try:
        return all(
            name in value and _right(value[name], check.judge_of(part), check, part, expectations)
            for name, check, part in parts
        )
    except Exception:  # then each property is asked by itself, and says what is wrong
        return False


def _right(got: Any, judge: Judge, check: Check, case: Case, expectations: Expectations) -> bool:
    want, expected = expectations.want(check, case), expectations.expected(check, case)
    return judge.verdict(got, _doubled(want), expected.inputs) is None


def _doubled(want: Want) -> Want:
    """What the same inputs give in float64, with the tolerance of that: the same for a whole class."""
    if want.doubled is None:
        spread = [_nearer(moved, want.exact) for moved in want.spread]
        double = {"value": want.exact, "spread": spread, "dtype": torch.float64, "any_dtype": False}
        want.doubled = replace(want, **double, tolerances={}, measured=None)
    return want.doubled


def _nearer(moved: Any, exact: Any) -> Any:
    """What rounding in float64 would move, from what rounding in float32 moved."""
    if isinstance(exact, Tensor):
        return exact + (moved - exact) * SMALLER if exact.is_floating_point() else exact
    if isinstance(exact, dict):
        return {key: _nearer(moved[key], exact[key]) for key in exact}
    if isinstance(exact, list | tuple):
        return type(exact)(_nearer(m, e) for m, e in zip(moved, exact, strict=True))
    return exact + (moved - exact) * SMALLER if isinstance(exact, float) else exact
