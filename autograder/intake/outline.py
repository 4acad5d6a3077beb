"""What Python text defines at its top level, and how far each definition is: a stub, handed out, or written."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass, field

from autograder.intake.notebooks import defined_names, parse
from autograder.syntax import FUNCTIONS, MADE, UNPARSABLE, bound

DEFINITIONS = (*MADE, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.AugAssign)
# Statements that may define something on the side: only where nothing plainer defines it.
COMPOUND = (ast.If, ast.Try, ast.With, ast.For, ast.While)


@dataclass
class Outline:
    """What a file defines.

    parses: whether it is Python at all; else the names are what one can see. stubs: names whose definitions are still
    to be written. written: names that something but a stub gives a value. defined: those of them that a function or
    class stands behind, or a name for one, and that are not handed out ready-made. lines: where the functions and
    classes of a name begin, of which the last counts. overruled: stubs that stand below a written definition of their
    name and would undo it, with their lines.
    """

    parses: bool = True
    stubs: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    lines: dict[str, list[int]] = field(default_factory=dict)
    overruled: list[tuple[str, range]] = field(default_factory=list)


def all_defined(text: str) -> set[str]:
    """The names that a text defines, as stubs or not."""
    found = outline(text)
    return found.written | found.stubs


def outline(text: str, given: Collection[str] = ()) -> Outline:
    """given: what ``helpers`` says of all stubs."""
    try:
        statements = parse(text).body
    except UNPARSABLE:
        names = set(defined_names(text))
        return Outline(False, written=names, defined=names)
    found = Outline()
    for node in statements:
        names = bound(node)
        if is_stub(node):
            found.stubs |= names
            found.overruled += [(name, span(node)) for name in names & found.written]
            continue
        found.written |= names
        if isinstance(node, MADE):
            found.lines.setdefault(node.name, []).append(node.lineno)
            handed_out = any(f"name='{node.name}'" in known for known in given) and dump(node) in given
            found.defined -= names
            found.defined |= set() if handed_out else names
        elif may_answer(node):
            found.defined |= names
    return found


def may_answer(node: ast.stmt) -> bool:
    """Whether a statement may define a function or class: also ``corr2d = my_corr2d``, and within ``if``."""
    if isinstance(node, MADE):
        return True
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return isinstance(node.value, ast.Name | ast.Lambda)
    return isinstance(node, COMPOUND) and any(isinstance(n, MADE) for n in ast.walk(node))


def looks_written(text: str, entry: str) -> bool:
    """Whether a text that need not be Python has a definition of this name in it that is more than a stub."""
    lines = text.split("\n")
    for start, line in enumerate(lines):
        if entry not in defined_names(line):
            continue
        end = next((n for n in range(start + 1, len(lines)) if lines[n].strip() and lines[n][0] not in " \t)"), None)
        block = "\n".join(lines[start:end])
        found = outline(block) if "return" in block or block.startswith("class") else Outline()
        if found.parses and entry in found.written:
            return True
    return False


def span(node: ast.stmt) -> range:
    """The lines of a statement, from 1."""
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    return range(first, (node.end_lineno or node.lineno) + 1)


def is_stub(node: ast.stmt) -> bool:
    """Whether a definition is still to be written: a function without a body, a class with such methods alone."""
    if isinstance(node, ast.ClassDef):
        methods = [inner for inner in node.body if isinstance(inner, FUNCTIONS)]
        return bool(methods) and all(is_stub(method) for method in methods)
    if not isinstance(node, FUNCTIONS):
        return False
    return all(_is_nothing(statement) for statement in node.body)


def _is_nothing(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    if isinstance(node, ast.Pass):
        return True
    if not isinstance(node, ast.Expr):
        return False
    return isinstance(node.value, ast.Constant) or _is_super_init(node.value)


def _is_super_init(node: ast.expr) -> bool:
    init = node.func if isinstance(node, ast.Call) else None
    if not isinstance(init, ast.Attribute) or init.attr != "__init__" or not isinstance(init.value, ast.Call):
        return False
    return isinstance(init.value.func, ast.Name) and init.value.func.id == "super"


def helpers(stub: str, entries: Collection[str]) -> set[str]:
    """What a stub hands out ready-made: definitions that are not its entry points, as dumps."""
    functions = (s for s in parse(stub).body if isinstance(s, MADE))
    return {dump(s) for s in functions if s.name not in entries and not is_stub(s)}


def dump(node: ast.stmt) -> str:
    """A definition as text, whatever its docstrings say; empty for one that is nested too deep to be handed out."""
    try:
        return _plain(parse(ast.unparse(node)))
    except UNPARSABLE:
        return ""


def _plain(copy: ast.Module) -> str:
    for inner in ast.walk(copy):
        if isinstance(inner, MADE) and ast.get_docstring(inner) is not None:
            inner.body = inner.body[1:]
    return ast.dump(copy)
