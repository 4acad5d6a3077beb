"""Python that reproduces a failing check, for a learner to paste: the run of the check, on its inputs."""

from __future__ import annotations

import ast
import re
from typing import Any

from torch import Tensor

import autograder.spec
from autograder.seeds import PUBLIC
from autograder.spec.exercise import Case, Check, Exercise
from autograder.spec.values import tensors
from autograder.syntax import tree

MAX_ELEMENTS = 60
MAX_LINES = 16


def snippet(exercise: Exercise, check: Check, case: Case, inputs: dict[str, Any], seed: str) -> str:
    """Source that runs from the kit's folder; empty where the check is too long to be of help, or hidden."""
    found = check.statements(case)
    body = [line for statement in found for line in statement.splitlines()]
    if not body or check.hidden or check.training or len(body) > MAX_LINES:
        return ""
    text = "\n".join(body)
    used = {node.id for node in ast.walk(tree(text)) if isinstance(node, ast.Name)}
    entries = [entry for entry in exercise.entries if re.search(rf"\bstudent\.{entry}\b", text)]
    lines = ["import torch", f"from exercises.{_dotted(exercise)} import {', '.join(entries)}"]
    shared = [name for name in autograder.spec.__all__ if name in used]
    names = getattr(check.origin(case)[0].run, "__globals__", {}).keys()
    own = sorted(used & names - set(shared) - {"torch"} - inputs.keys())
    if shared:
        lines.append(f"from autograder.spec import {', '.join(shared)}")
    if own:
        lines.append(f"from autograder.checks.{_dotted(exercise)} import {', '.join(own)}")
    given = {name: value for name, value in inputs.items() if name in used}
    if sum(t.numel() for _, t in tensors(given)) <= MAX_ELEMENTS:
        lines += [f"{name} = {_literal(value)}" for name, value in given.items()]
    elif seed != PUBLIC:
        return ""  # it would tell an instructor's secret
    else:
        lines.append("from autograder.replay import inputs")
        lines.append(f"given = inputs({exercise.id!r}, {check.name!r}, case={case.index}, seed={seed!r})")
        lines += [f"{name} = given[{name!r}]" for name in given]
    statements = [re.sub(r"\bstudent\.", "", statement) for statement in found]
    shown = [f"print({s.removeprefix('return ')})" if s.startswith("return ") else s for s in statements]
    made = "\n".join([*lines, *shown])
    try:
        compile(made, "snippet", "exec")
    except SyntaxError:  # a return inside of a block
        return ""
    return made


def _dotted(exercise: Exercise) -> str:
    return exercise.id.replace("/", ".")


def _literal(value: Any) -> str:
    if isinstance(value, Tensor):
        numbers = value.tolist()
        dtype = "" if str(value.dtype) in ("torch.float32", "torch.int64") else f", dtype={value.dtype}"
        if value.numel() == 0 or value.dtype.is_floating_point:
            numbers = _rounded(numbers)
            dtype = dtype or ("" if value.numel() else f", dtype={value.dtype}")
        return f"torch.tensor({numbers}{dtype})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        inner = ", ".join(map(_literal, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    return repr(value)


def _rounded(numbers: Any) -> Any:
    """Inputs are rounded when they are drawn; the digits of their float32 form say nothing."""
    if isinstance(numbers, list):
        return [_rounded(n) for n in numbers]
    short = round(numbers, 6)
    return short if abs(short - numbers) <= 1e-7 * abs(numbers) else numbers
