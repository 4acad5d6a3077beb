"""Cuts the stub that a student edits from a solution file, and tells whether one was ever edited."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from autograder import catalog
from autograder.errors import KitError
from autograder.intake.notebooks import parse
from autograder.syntax import UNPARSABLE

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
_REGION = re.compile(rf"^([ \t]*){BEGIN}\n(.*?)^[ \t]*{END}\n?", re.DOTALL | re.MULTILINE)
_WORD = re.compile(r"\w+")


class MarkerError(KitError):
    """The markers of a solution file do not pair up."""


def cut(solution: str) -> str:
    """The stub: each marked body becomes ``raise NotImplementedError``; marked code outside of functions disappears."""
    if solution.count(BEGIN) != solution.count(END) or BEGIN not in solution:
        raise MarkerError(f"'{BEGIN}' and '{END}' must come in pairs, and at least once")
    stub = _REGION.sub(lambda m: f"{m[1]}raise NotImplementedError\n" if m[1] else "", solution)
    if BEGIN in stub or END in stub:
        raise MarkerError(f"'{BEGIN}' and '{END}' must stand alone on their lines, in this order")
    return re.sub(r"\n{4,}", "\n\n\n", stub).rstrip("\n") + "\n"


def handed_out(id: str) -> str | None:
    """The stub of an exercise: cut from its solution, or what a student's copy came with; None where neither is."""
    try:
        return cut(catalog.solution_file(id).read_text(encoding="utf-8"))
    except OSError:
        pass
    try:
        return catalog.stub_file(id).read_text(encoding="utf-8")
    except OSError:
        return None


def bare(solution: str) -> str:
    """The solution without its markers and TODO lines."""
    return "".join(line for line in solution.splitlines(keepends=True) if line.strip() not in (BEGIN, END))


def is_untouched(source: str, stub: str) -> bool:
    """Whether a file is empty, or the stub but for comments, blank lines and texts."""
    if not source.strip() or source == stub:
        return True
    if not _names(stub) <= set(_WORD.findall(source)):  # far cheaper than a syntax tree, and so of most files
        return False
    try:
        return ast.dump(_tree(source)) == ast.dump(_tree(stub))
    except UNPARSABLE:
        return False


@lru_cache(maxsize=256)
def _names(stub: str) -> frozenset[str]:
    """The names that the code of a stub uses."""
    return frozenset(node.id for node in ast.walk(_tree(stub)) if isinstance(node, ast.Name))


def _tree(source: str) -> ast.Module:
    """The code without its texts."""
    tree = parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return tree
