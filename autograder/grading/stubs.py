"""Cuts the stub that a student edits from a solution file, and tells whether one was ever edited."""

from __future__ import annotations

import ast
import re

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
_REGION = re.compile(rf"^([ \t]*){BEGIN}\n(.*?)^[ \t]*{END}\n?", re.DOTALL | re.MULTILINE)


class MarkerError(ValueError):
    """The markers of a solution file do not pair up."""


def cut(solution: str) -> str:
    """The stub: each marked body becomes ``raise NotImplementedError``; marked code outside of functions disappears."""
    if solution.count(BEGIN) != solution.count(END) or BEGIN not in solution:
        raise MarkerError(f"'{BEGIN}' and '{END}' must come in pairs, and at least once")
    stub = _REGION.sub(lambda m: f"{m[1]}raise NotImplementedError\n" if m[1] else "", solution)
    if BEGIN in stub or END in stub:
        raise MarkerError(f"'{BEGIN}' and '{END}' must stand alone on their lines, in this order")
    return re.sub(r"\n{4,}", "\n\n\n", stub).rstrip("\n") + "\n"


def bare(solution: str) -> str:
    """The solution without its markers and TODO lines."""
    return "".join(line for line in solution.splitlines(keepends=True) if line.strip() not in (BEGIN, END))


def is_untouched(source: str, stub: str) -> bool:
    """Whether a file is empty, or the stub but for comments, blank lines and texts."""
    if not source.strip():
        return True
    try:
        return _code(source) == _code(stub)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _code(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)
