"""Misconceptions: named, plausible wrong solutions, each with a sentence for the learner.

    @misconception("Every other window is left out: the kernel moves by one place, not by two.")
    def every_other_window(X, K):
        return reference.corr2d(X, K)[::2, ::2]

The decorated function or class stands in for an entry point of the reference solution, whose names it reaches as
``reference``. Where a slip of a few characters says it best, ``slip`` edits the reference instead:

    slip("mean_taken", "The mean is taken, where the sum of the products is asked for.", (".sum()", ".mean()"))

Either way the misconception becomes the text of one more solution file and goes through the same checks.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T", bound=Callable[..., Any])

_REGISTER = "__misconceptions__"  # the name under which a module keeps its own
reference: Any = None  # in a misconception: the reference solution's names


@dataclass(frozen=True)
class Misconception:
    """name and sentence; either ``edits`` of the reference's text or ``code`` that replaces ``entry``."""

    name: str
    sentence: str
    edits: tuple[tuple[str, str], ...] = ()
    code: str = ""
    entry: str = ""
    module: str = ""

    def solution(self, solution: str, entries: tuple[str, ...], preamble: str = "") -> str:
        """The text of the wrong solution, made from the reference's. LookupError if an edit finds no place."""
        if not self.code:
            for old, new in self.edits:
                if old not in solution:
                    raise LookupError(f"{self.name}: the solution does not contain {old!r}")
                solution = solution.replace(old, new)
            return solution
        entry = self.entry or entries[0]
        keep = "import types as _types\nreference = _types.SimpleNamespace(**globals())"
        return "\n\n".join([solution, keep, preamble, self.code, f"{entry} = {self.name}"]) + "\n"


def misconception(sentence: str, *, entry: str = "") -> Callable[[T], T]:
    """Makes the decorated function or class a misconception of ``entry`` (default: the first entry point)."""

    def add(function: T) -> T:
        source = textwrap.dedent(inspect.getsource(function))
        node = ast.parse(source).body[0]
        assert isinstance(node, ast.FunctionDef | ast.ClassDef)
        node.decorator_list = []
        made = Misconception(node.name, " ".join(sentence.split()), code=ast.unparse(node), entry=entry)
        vars(sys.modules[function.__module__]).setdefault(_REGISTER, []).append(made)
        return function

    return add


def slip(name: str, sentence: str, *edits: tuple[str, str]) -> None:
    """A misconception that is the reference solution with every ``(old, new)`` replaced, wherever it occurs."""
    own = sys._getframe(1).f_globals.setdefault(_REGISTER, [])
    own.append(Misconception(name, " ".join(sentence.split()), edits=edits))


def collect(module: ModuleType) -> tuple[list[Misconception], str]:
    """The misconceptions of a module, and the imports and helpers that they share."""
    found: list[Misconception] = list(vars(module).get(_REGISTER, []))
    names = {m.name for m in found}
    shared = []
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("autograder", "__future__")):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Assign) or (
            isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in names
        ):
            shared.append(ast.unparse(node))
    return found, "\n".join(shared)
