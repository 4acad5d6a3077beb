"""Misconceptions: named, plausible wrong solutions, each with a sentence for the learner.

A misconception is a function: its name names it, its docstring is the learner's sentence. What is wrong is either its
code, which stands in for an entry point of the reference solution, whose names it reaches as ``reference``:

    @misconception
    def every_other_window(X, K):
        \"\"\"Every other window is left out: the kernel moves by one place, not by two.\"\"\"
        return reference.corr2d(X, K)[::2, ::2]

or, where a slip of a few characters says it best, an edit of the reference's text:

    @slip(".sum()", ".mean()")
    def mean_taken():
        \"\"\"The mean is taken, where the sum of the products is asked for.\"\"\"

A class works likewise. A sentence that exercises share comes from the shelf of their chapter, ``_shared.py`` beside
them: ``@slip(".flip(0, 1)", "", sentence=KERNEL_FLIPPED)``. Either way the misconception becomes the text of one more
solution file and goes through the same checks.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, TypeVar, overload

from autograder.syntax import tree

T = TypeVar("T", bound=Callable[..., Any])

SHELF = "_shared"  # the module beside the exercises of a chapter that holds what they share
_REGISTER = "__misconceptions__"  # the name under which a module keeps its own
reference: Any = None  # in a misconception: the reference solution's names


@dataclass(frozen=True)
class Misconception:
    """name and sentence; either ``edits`` of the reference's text or ``code`` that replaces ``entry``.

    generated: by ``spec/generated.py``, so that the code is no secret.
    """

    name: str
    sentence: str
    edits: tuple[tuple[str, str], ...] = ()
    everywhere: bool = False
    code: str = ""
    entry: str = ""
    generated: bool = False

    def solution(self, solution: str, entries: tuple[str, ...], preamble: str = "") -> str:
        """The text of the wrong solution, made from the reference's. LookupError if an edit does not fit it."""
        if not self.code:
            for old, new in self.edits:
                count = solution.count(old)
                if not count:
                    raise LookupError(f"{self.name}: the solution does not contain {old!r}")
                if count > 1 and not self.everywhere:
                    found = f"the solution contains {old!r} {count} times"
                    raise LookupError(f"{self.name}: {found}: write more of it, or everywhere=True")
                solution = solution.replace(old, new)
            return solution
        entry = self.entry or entries[0]
        keep = "import types as _types\nreference = _types.SimpleNamespace(**globals())"
        return "\n\n".join([solution, keep, preamble, self.code, f"{entry} = {self.name}"]) + "\n"


@overload
def misconception(function: T, /) -> T: ...
@overload
def misconception(*, entry: str = "", sentence: str = "") -> Callable[[T], T]: ...
def misconception(function: T | None = None, /, *, entry: str = "", sentence: str = "") -> T | Callable[[T], T]:
    """Makes the decorated function or class a misconception of ``entry`` (default: the first entry point)."""

    def add(function: T) -> T:
        return _register(function, sentence, entry=entry)

    return add if function is None else add(function)


def slip(*edits: str | tuple[str, str], everywhere: bool = False, sentence: str = "") -> Callable[[T], T]:
    """A misconception that is the reference solution with a text replaced by another: ``slip("old", "new")``.

    Several edits, as in ``slip(("a", "b"), ("c", "d"))``, are made one after the other. Each must fit in exactly one
    place, or ``everywhere`` in at least one. The body of the decorated function is its docstring alone.
    """
    pairs: tuple[Any, ...] = (edits,) if all(isinstance(edit, str) for edit in edits) else edits
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise TypeError('an edit is slip("old", "new"), several are slip(("a", "b"), ("c", "d"))')

    def add(function: T) -> T:
        return _register(function, sentence, edits=pairs, everywhere=everywhere)

    return add


def _register(function: T, sentence: str, **what: Any) -> T:
    said = function.__doc__
    if bool(said) == bool(sentence):
        raise ValueError(f"{function.__name__}: say the learner's sentence once, as docstring or as sentence=")
    _keep(function.__module__, Misconception(function.__name__, " ".join((sentence or said or "").split()), **what))
    return function


def shared_slip(module: str, name: str, sentence: str, *edits: tuple[str, str]) -> None:
    """A slip that exercises of several chapters share, for the one whose module is of that name; see ``slip``."""
    _keep(module, Misconception(name, " ".join(sentence.split()), edits=edits))


def _keep(module: str, made: Misconception) -> None:
    vars(sys.modules[module]).setdefault(_REGISTER, []).append(made)


def collect(module: ModuleType) -> tuple[list[Misconception], str]:
    """The misconceptions of a module, and the imports and helpers that their code needs."""
    found: list[Misconception] = list(vars(module).get(_REGISTER, []))
    definitions = (ast.FunctionDef, ast.ClassDef)
    own = {node.name: node for node in _statements(module) if isinstance(node, definitions)}
    bodies = {m.name: _bare(own[m.name]) for m in found if not m.edits}
    needed = _needed(module, {name for body in bodies.values() for name in _uses(body)} - {m.name for m in found})
    return [replace(m, code=ast.unparse(bodies[m.name])) if m.name in bodies else m for m in found], "\n".join(needed)


def _statements(module: ModuleType) -> list[ast.stmt]:
    return tree(inspect.getsource(module)).body


def _bare(node: ast.FunctionDef | ast.ClassDef) -> ast.FunctionDef | ast.ClassDef:
    """A definition without its docstring and its decorators."""
    node.decorator_list = []
    node.body = node.body[ast.get_docstring(node) is not None :] or [ast.Pass()]
    return node


def _needed(module: ModuleType, names: Iterable[str]) -> list[str]:
    """The statements of a module that make these names and what they need in turn, also from a chapter's shelf."""
    statements, wanted, kept = _statements(module), set(names), set()
    while more := [node for node in statements if node not in kept and wanted & set(_defines(node))]:
        kept.update(more)
        wanted.update(name for node in more for name in _uses(node))
    lines = []
    for node in statements:
        if node in kept and isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] == SHELF:
            shelf = importlib.import_module("." * node.level + (node.module or ""), module.__package__)
            taken = [alias for alias in node.names if (alias.asname or alias.name) in wanted]
            lines += _needed(shelf, {alias.name for alias in taken})
            lines += [f"{alias.asname} = {alias.name}" for alias in taken if alias.asname]
        elif node in kept:
            lines.append(ast.unparse(node))
    return lines


def _defines(node: ast.stmt) -> Iterable[str]:
    """The names that a statement at the top of a module makes; none where a solution cannot have it."""
    match node:
        case ast.ImportFrom(module=str(origin)) if origin.split(".")[0] in ("autograder", "__future__"):
            return [alias.asname or alias.name for alias in node.names] if origin.split(".")[-1] == SHELF else []
        case ast.Import() | ast.ImportFrom():
            return [alias.asname or alias.name.split(".")[0] for alias in node.names]
        case ast.FunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Assign() | ast.AnnAssign():
            return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return []


def _uses(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
