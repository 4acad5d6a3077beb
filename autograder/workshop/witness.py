"""Looks for an input on which a wrong solution differs from the reference: in value, shape, dtype, gradient, in what it
does to its inputs, or in the exception.

Inputs are drawn as the exercise draws its own, over wider sizes and in both precisions. Both solutions are ours: they
run in this process.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from autograder.runner.perform import Student
from autograder.spec.errors import Unfit
from autograder.spec.exercise import Case, Check, Exercise
from autograder.spec.judges import describe
from autograder.spec.observed import changed, seen
from autograder.spec.properties import Flow
from autograder.spec.tools import as_view
from autograder.spec.values import map_tensors, tensors

ROUNDS = 12
WIDER = 2
TOLERANCE = {torch.float32: 1e-3, torch.float64: 1e-8}
FLOW = Flow("gradients", "", "")


@dataclass
class Answer:
    """What a solution makes of inputs. raised: the exception instead of a value."""

    value: Any = None
    raised: str = ""
    changed: tuple[str, ...] = ()
    gradients: Any = None


class Differ:
    """Compares solutions with the reference of an exercise, on inputs that are drawn once.

    claims: whether statements that a run makes about a result, such as that it is contiguous, are compared too. For a
    variant they are not: it may be the statement that asks for too much. rounds: how often inputs of each check are
    drawn; the first two are in either precision, a third one has views.
    """

    def __init__(self, exercise: Exercise, reference: str, claims: bool = True, rounds: int = ROUNDS) -> None:
        self._claims = claims
        self._exercise = exercise
        self._flow = set(exercise.asked().get("gradients", []))
        student = Student(loaded(reference))
        self._right = [(self._answer(drawn, student), drawn) for drawn in _drawn(exercise, rounds)]

    def witness(self, source: str) -> str:
        """The first difference, and the input that shows it; empty if there is none."""
        student = Student(loaded(source))
        for right, drawn in self._right:
            check, case, inputs, _seed = drawn
            if right.raised not in ("", "ValueError"):
                continue  # nothing that may be asked
            other = self._answer(drawn, student)
            if not self._claims:
                right, other = _without_claims(right), _without_claims(other)
            promised = getattr(check.judge_of(case), "relative", 0.0)
            if difference := _difference(right, other, max(TOLERANCE[case.dtype], promised)):
                given = ", ".join(f"{name}: {describe(value)}" for name, value in check.arguments(case, inputs).items())
                return f"{check.called(case)} with {given}: {difference}"
        return ""

    def _answer(self, drawn: Drawn, student: Student) -> Answer:
        """Gradients count wherever none are asked for, or those of an entry point that the check calls."""
        check, case, *_more = drawn
        asked = not self._flow or not self._flow.isdisjoint(self._exercise.called_in(check.statements(case)))
        return _answer(*drawn, student, self._exercise.gradients and asked)


Drawn = tuple[Check, Case, dict[str, Any], int]


def _drawn(exercise: Exercise, rounds: int) -> Iterator[Drawn]:
    """Inputs of every check that looks at values, in both precisions, as they are and as views."""
    for number in range(rounds):
        for check in exercise.checks:
            if check.training or check.asks:
                continue
            wide = replace(check, sizes={n: _widened(size) for n, size in check.sizes.items()}) if number else check
            for case in check.cases:
                dtype = torch.float64 if number % 2 else torch.float32
                asked = replace(case, dtype=dtype)
                try:
                    inputs, _sizes = wide.draw(asked, f"witness {number}")
                except (ValueError, RuntimeError, IndexError):
                    continue  # no such sizes
                yield check, asked, as_view(inputs) if number % 3 == 2 else inputs, number


def _widened(size: Any) -> Any:
    return (1, WIDER * size[1]) if isinstance(size, tuple) else size


def loaded(source: str) -> ModuleType:
    """A solution of ours, as a module in this process."""
    module = ModuleType("solution")
    exec(compile(source, "solution", "exec"), vars(module))
    return module


def _answer(check: Check, case: Case, inputs: dict[str, Any], seed: int, student: Student, gradients: bool) -> Answer:
    def given() -> dict[str, Any]:
        random.seed(seed)
        torch.manual_seed(seed)
        return check.arguments(case, map_tensors(inputs, _copied))

    mine = given()
    before = seen(mine)
    with redirect_stdout(StringIO()):
        try:
            value = check.run_of(case)(student, **mine)
        except BaseException as error:
            return Answer(raised=type(error).__name__)
        answer = Answer(value, changed=tuple(changed(before, mine)))
        if not gradients:
            return answer
        try:
            answer.gradients = FLOW.run(check.run_of(case))(student, **given())
        except (Unfit, RuntimeError, TypeError):
            pass  # it has no gradients
    return answer


def _without_claims(answer: Answer) -> Answer:
    """The answer without statements and whether they hold: bools under a name of several words."""
    if not isinstance(answer.value, dict):
        return answer
    kept = {k: v for k, v in answer.value.items() if " " not in str(k) or not _is_claim(v)}
    return replace(answer, value=kept)


def _is_claim(value: Any) -> bool:
    return all(map(_is_claim, value)) if isinstance(value, list | tuple) else isinstance(value, bool)


def _copied(t: Tensor) -> Tensor:
    return t.clone() if t.is_contiguous() else as_view(t.clone())


def _difference(right: Answer, other: Answer, tolerance: float) -> str:
    if right.raised != other.raised:
        return f"raises {other.raised or 'nothing'} instead of {right.raised or 'nothing'}"
    if right.changed != other.changed:
        return f"changes {', '.join(other.changed) or 'nothing'}"
    for what, a, b in (("value", right.value, other.value), ("gradient", right.gradients, other.gradients)):
        if not _alike(a, b, tolerance):
            return f"another {what}: {describe(b)} instead of {describe(a)}" if what == "value" else f"another {what}"
    return ""


def _alike(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.shape != b.shape or a.dtype != b.dtype:
            return False
        a, b = a.detach().double(), b.detach().double()
        return torch.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key], tolerance) for key in a)
    if isinstance(a, list | tuple) and type(a) is type(b):
        return len(a) == len(b) and all(_alike(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= tolerance * (1 + abs(a)) or a == b or (a != a and b != b)
    return type(a) is type(b) and (not any(tensors(a)) and a == b)
