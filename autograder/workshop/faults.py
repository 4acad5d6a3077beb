"""Faults in one case only: a short reference has few branches, a student's code has one for each kind of argument.

For each kind of call that the checks of an exercise make, and each property that they ask for, a mutant lacks that
property in calls of that kind alone. The kinds are read off the calls that the reference gets, the text of ``calls``
goes along.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.runner.perform import Student
from autograder.seeds import PUBLIC
from autograder.spec.exercise import Exercise
from autograder.spec.plain_call import PlainCall
from autograder.spec.values import tensors
from autograder.syntax import MADE
from autograder.workshop import calls
from autograder.workshop.edits import Edit
from autograder.workshop.witness import loaded

# By the property that it lacks: the name of the fault, and what is done.
FAULTS = {
    "dtype": ("float32 for one kind of call", "result = to_dtype(result, torch.float32)"),
    "gradients": ("gradient cut for one kind of call", "result = map_tensors(result, torch.Tensor.detach)"),
    "unchanged": ("input changed for one kind of call", "next(inputs).data.fill_(7)"),
    "views": (
        "view refused for one kind of call",
        "if not all(t.is_contiguous() for t in inputs):\n            raise RuntimeError('view')",
    ),
}
CODE = """
from autograder.spec.values import map_tensors, tensors, to_dtype

def _wrong(kinds, given, result):
    if {kind!r} in kinds:
        inputs = (t for _path, t in tensors(given))
        {done}
    return result

{entry} = watched({entry}, _wrong)
"""


def faults(exercise: Exercise, reference: str) -> list[Edit]:
    """The mutants of a reference that lack a property in calls of one kind alone.

    A kind that all calls are of is none: what is wrong everywhere the misconceptions show. Of kinds that always come
    together one stands for all.
    """
    asked = exercise.asked()
    lines = {node.name: node.lineno for node in ast.parse(reference).body if isinstance(node, MADE)}
    text = Path(calls.__file__).read_text(encoding="utf-8").replace("from __future__ import annotations\n", "")
    found = []
    for entry, seen in _calls(exercise, reference).items():
        told = [set(range(len(seen)))]
        for kind in dict.fromkeys(kind for call in seen for kind in call.kinds):
            numbers = {number for number, call in enumerate(seen) if kind in call.kinds}
            if numbers in told:
                continue
            told.append(numbers)
            for name, (what, done) in FAULTS.items():
                is_asked = name == "unchanged" or entry in asked.get(name, ())
                if is_asked and any(name in seen[number].able for number in numbers):
                    source = "\n".join([reference, text, CODE.format(kind=kind, done=done, entry=entry)])
                    found.append(Edit(what, lines[entry], f"{entry} where {kind}", source))
    return found


@dataclass(frozen=True)
class _Call:
    """kinds: of its arguments, in their order. able: the properties that it can lack."""

    kinds: list[str]
    able: set[str]


def _calls(exercise: Exercise, reference: str) -> dict[str, list[_Call]]:
    """The calls of each entry point in the cases whose results count, with views if these are asked for."""
    module = loaded(reference)
    found: dict[str, list[_Call]] = {entry: [] for entry in exercise.entries}
    for entry, seen in found.items():

        def watch(kinds: list[str], given: dict[str, Any], result: Any, seen: list[_Call] = seen) -> Any:
            inputs, results = ([t for _path, t in tensors(value)] for value in (given, result))
            able = {"dtype", "gradients"} if any(t.is_floating_point() for t in results) else set()
            able |= {"unchanged"} if inputs else set()
            able |= set() if all(t.is_contiguous() for t in inputs) else {"views"}
            seen.append(_Call(kinds, able))
            return result

        setattr(module, entry, calls.watched(getattr(module, entry), watch))
    for check, case in exercise.cases(training=False):
        if (isinstance(check.run, PlainCall) and check.run.error) or (check.asks and check.asks.name != "views"):
            continue
        inputs, _sizes = check.draw(case, PUBLIC)
        check.run_of(case)(Student(module), **check.arguments(case, check.public(case, inputs)))
    return found
