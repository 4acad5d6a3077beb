"""Finds an exercise among the cells of a notebook: the one rule, for live checks and for what is handed in.

An exercise is what its own cell holds: the cell marked ``%%exercise``, else the cell of its name, else the last one that
defines an entry point. Entry points that are still missing are taken from the last cells that define them. What these
cells use and do not import comes from imports anywhere in the notebook. Nothing else of the notebook counts.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder import catalog

MARK = re.compile(r"%%exercise[ \t]+(\S+)[ \t]*(?:\n|$)")
_DEFINITION = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)
_FRONT_END = re.compile(r"^([ \t]*)([%!?].*|[^#'\"\n]*[\w)]\?{1,2}[ \t]*)$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A code cell: its source as it was typed; its name or id, empty if it has none that means anything."""

    source: str
    name: str = ""


@dataclass(frozen=True)
class Found:
    """The source of an exercise, and the places in the list of the cells that it was taken from."""

    source: str
    cells: tuple[int, ...]


def find(cells: Sequence[Cell], id: str) -> Found | None:
    """The source of an exercise among cells, in the order in which they stand or were run; None if it is not there."""
    entries = catalog.load_exercise(id).entries
    defined = [definitions(cell.source) for cell in cells]
    marks = [marked(cell.source) for cell in cells]
    # A cell of another exercise may define the same name, as a building block.
    others = {e for other in catalog.entries() if other != id for e in catalog.load_exercise(other).entries}
    others -= set(entries)
    foreign = [mark not in ("", id) or bool(names & others) for mark, names in zip(marks, defined, strict=True)]

    def last(fits: list[bool]) -> list[int]:
        return [i for i, fit in enumerate(fits) if fit][-1:]

    own = last([mark == id for mark in marks])
    own = own or last([c.name in (id, id.split("/")[1]) and bool(d & {*entries}) for c, d in zip(cells, defined, strict=True)])
    chosen = set(own)
    have = {name for i in own for name in defined[i]}
    for entry in entries:
        if entry not in have:
            holds = [entry in names for names in defined]
            chosen |= set(last([h and not f for h, f in zip(holds, foreign, strict=True)]) or last(holds))
    if not chosen:
        return None
    places = tuple(sorted(chosen))
    source = "\n\n".join(python(cells[i].source) for i in places)
    return Found(_with_imports(source, cells), places)


def marked(source: str) -> str:
    """The exercise that a cell begins with ``%%exercise`` for; empty if there is none."""
    match = MARK.match(source.lstrip())
    try:
        ids = catalog.resolve(match[1]) if match else []
    except catalog.UnknownExerciseError:
        return ""
    return ids[0] if len(ids) == 1 else ""


def python(source: str) -> str:
    """A cell as a Python file has it: what only a notebook understands is a comment, every line keeps its number."""
    if source.lstrip().startswith("%%"):
        source = re.sub(r"%%", "# %%", source, count=1)
    if _tree(source) is None:
        plain = _FRONT_END.sub(r"\1pass  # \2", source)
        return plain if _tree(plain) is not None else source
    return source


def definitions(source: str) -> set[str]:
    """The names that a cell defines at its top level; by their looks, if it is not Python."""
    tree = _tree(python(source))
    if tree is None:
        return {match[1] or match[2] for match in _DEFINITION.finditer(source)}
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {t.id for target in targets for t in ast.walk(target) if isinstance(t, ast.Name)}
    return names


def _with_imports(source: str, cells: Sequence[Cell]) -> str:
    """The source below those imports of the notebook that bind a name it uses and does not bind itself."""
    tree = _tree(source)
    if tree is None:
        return source
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = definitions(source) | {name for _line, own in _imports(tree) for name in own}
    missing = {n.id for n in names if isinstance(n.ctx, ast.Load)} - bound
    lines: dict[str, str] = {}
    for cell in cells:
        if (other := _tree(python(cell.source))) is not None:
            lines |= {name: line for line, own in _imports(other) for name in own if name in missing}
    # In one line, so that the numbers of the others move by no more than one.
    return "; ".join(dict.fromkeys(lines.values())) + "\n" + source if lines else source


def _imports(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """The imports at the top level of a cell, each with the names that it binds."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__":
            for alias in node.names:
                one = ast.ImportFrom(node.module, [alias], node.level) if isinstance(node, ast.ImportFrom) else ast.Import([alias])
                yield ast.unparse(one), {alias.asname or alias.name.split(".")[0]}


def _tree(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
