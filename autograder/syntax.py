"""Syntax trees, and what their statements define.

One thread at a time makes them: Python 3.11 counts how deep a tree is for all threads together, and stumbles.
"""

from __future__ import annotations

import ast
import threading
from collections.abc import Collection, Iterator

ALONE = threading.RLock()
# What a source may raise that is to be read, whatever it is.
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MADE = (*FUNCTIONS, ast.ClassDef)
_SCOPES = (*MADE, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def without_equivalents(content: bytes) -> bytes:
    """A checks file without what it says of mutants (``exercise.equivalent(...)``): that is for its author alone."""
    if b".equivalent(" not in content:
        return content
    try:
        statements = tree(content.decode()).body
    except UNPARSABLE:
        return content
    lines = content.splitlines(keepends=True)
    for node in reversed(statements):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Attribute) and called.attr == "equivalent":
                del lines[node.lineno - 1 : node.end_lineno]
    return b"".join(lines).rstrip() + b"\n"


def tree(source: str) -> ast.Module:
    """The syntax tree of a source. Raises what ``ast.parse`` raises."""
    with ALONE:
        return ast.parse(source)


def bound(node: ast.stmt) -> set[str]:
    """The names that a statement gives a value, as far as it shows."""
    return {name for inner in _outside_of_scopes(node) for name in _names(inner)}


def _outside_of_scopes(node: ast.AST) -> Iterator[ast.AST]:
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        if not isinstance(inner, _SCOPES):
            waiting += ast.iter_child_nodes(inner)


def _names(node: ast.AST) -> Collection[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            return [name]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Import() | ast.ImportFrom():
            return [(a.asname or a.name.partition(".")[0]) for a in node.names if a.name != "*"]
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return [name]
    return []
