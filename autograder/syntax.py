"""Syntax trees, one thread at a time: Python 3.11 counts how deep a tree is for all threads together, and stumbles."""

from __future__ import annotations

import ast
import threading

ALONE = threading.RLock()
# What a source may raise that is to be read, whatever it is.
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


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
