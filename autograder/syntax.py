"""Syntax trees, one thread at a time: Python 3.11 counts how deep a tree is for all threads together, and stumbles."""

from __future__ import annotations

import ast
import threading

ALONE = threading.RLock()
# What a source may raise that is to be read, whatever it is.
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def tree(source: str) -> ast.Module:
    """The syntax tree of a source. Raises what ``ast.parse`` raises."""
    with ALONE:
        return ast.parse(source)
