"""What the imports of a file call things."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def imports(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """For each name that an import gives: what it stands for, as a dotted name. Of neighbours (``from . import x``)
    nothing is known."""
    called: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                called[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                called[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return called
