"""Changes to a file, one at a time: mutants are made of them, which must lose marks, and variants, which must not.

An operator is a generator in a table: it is shown a node of the syntax tree and yields what may stand in its place.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from autograder.syntax import FUNCTIONS, MADE

Changes = Iterator[ast.AST | list[ast.stmt]]
LIBRARIES = ("torch", "F", "nn", "math", "np")
MAX_CHANGE = 60


@dataclass(frozen=True)
class Edit:
    """A changed file. what: the operator. line: where. change: the part before and after."""

    what: str
    line: int
    change: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.what}: {self.change}"


@dataclass
class Place:
    """What an operator may know of the surroundings of a node.

    names: parameters and local variables of the function, those that are parameters first. parent, role: the node
    around it, and what it is there. following: the statement after it.
    """

    names: list[str]
    parameters: list[str]
    parent: ast.AST
    role: str
    following: ast.stmt | None = None

    @property
    def is_result(self) -> bool:
        """Whether it is what is assigned or returned."""
        return self.role == "value" and isinstance(self.parent, ast.Assign | ast.Return)


Make = Callable[[ast.AST, Place], Changes]


class Table(dict[str, Make]):
    """Operators by name."""

    def operator(self, what: str) -> Callable[[Make], Make]:
        """Adds the function below."""

        def add(make: Make) -> Make:
            self[what] = make
            return make

        return add


def edits(source: str, operators: Table) -> list[Edit]:
    """All that one change makes of the functions in a file, each text once, in the order of the lines."""
    tree = ast.parse(source)
    _without_docstrings(tree)
    seen = {ast.unparse(tree)}
    found: list[Edit] = []
    for function in [n for n in ast.walk(tree) if isinstance(n, FUNCTIONS)]:
        parameters, names = _names(function)
        for parent, name, index, node in _nodes(function):
            statements = getattr(parent, name) if index is not None else None
            following = None
            if isinstance(node, ast.stmt) and isinstance(statements, list) and index is not None:
                following = statements[index + 1] if index + 1 < len(statements) else None
            place = Place(names, parameters, parent, name, following)
            for what, make in operators.items():
                for change in make(node, place):
                    text = _with(tree, parent, name, index, change, following)
                    if text is not None and text not in seen:
                        seen.add(text)
                        found.append(Edit(what, getattr(node, "lineno", 0), _said(node, change), text))
    return numbered(sorted(found, key=lambda edit: edit.line))


def numbered(found: list[Edit]) -> list[Edit]:
    """The same, those that would be named alike with numbers: a name stands for one of them."""
    names = Counter(edit.name for edit in found)
    seen: Counter[str] = Counter()
    told = []
    for edit in found:
        seen[edit.name] += 1
        place = f" ({seen[edit.name]} of {names[edit.name]})" if names[edit.name] > 1 else ""
        told.append(replace(edit, change=f"{edit.change}{place}"))
    return told


def _without_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, MADE) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]


def _names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[list[str], list[str]]:
    arguments = function.args
    parameters = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if a.arg != "self"]
    stores = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return parameters, list(dict.fromkeys([*parameters, *stores]))


def _nodes(function: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node of a body with where it hangs; no annotations, no nested functions (these have their turn)."""
    waiting: list[ast.AST] = [function]
    while waiting:
        parent = waiting.pop()
        for name, value in ast.iter_fields(parent):
            if name in ("annotation", "returns", "decorator_list", "ctx", "args" if parent is function else ""):
                continue
            children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for index, node in children:
                if isinstance(node, ast.AST) and not isinstance(node, MADE):
                    yield parent, name, index, node
                    waiting.append(node)


def _with(
    tree: ast.Module,
    parent: ast.AST,
    name: str,
    index: int | None,
    change: ast.AST | list[ast.stmt],
    following: ast.stmt | None,
) -> str | None:
    """The file with a node replaced, by several statements if need be; None if it is no Python then."""
    before = getattr(parent, name)
    if isinstance(before, list) and index is not None:
        made = change if isinstance(change, list) else [change]
        swapped = following is not None and following in made  # a statement that changed places with the next
        setattr(parent, name, [*before[:index], *made, *before[index + 1 + swapped :]] or [ast.Pass()])
    else:
        setattr(parent, name, change)
    try:
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        compile(text, "mutant", "exec")
    except (SyntaxError, ValueError, TypeError, AttributeError):
        return None
    finally:
        setattr(parent, name, before)
    return text


def _said(node: ast.AST, change: ast.AST | list[ast.stmt]) -> str:
    after = "; ".join(map(ast.unparse, change)) if isinstance(change, list) else ast.unparse(change)
    return f"{_short(ast.unparse(node))} -> {_short(after) or '(nothing)'}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_CHANGE else f"{text[:MAX_CHANGE]}..."


# What operators are written with


def method(node: ast.AST) -> str:
    """The name of the function or method that a call calls."""
    if not isinstance(node, ast.Call):
        return ""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def renamed(node: ast.AST, name: str) -> ast.Call:
    """The call under another name."""
    made = copy.deepcopy(node)
    assert isinstance(made, ast.Call)
    match made.func:
        case ast.Attribute():
            made.func.attr = name
        case ast.Name():
            made.func.id = name
    return made


def operand(node: ast.AST) -> ast.expr | None:
    """What a method is called on, or the first argument of a function of torch's."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id in LIBRARIES
    ):
        return node.func.value
    return node.args[0] if node.args else None


def expression(text: str, **parts: ast.expr) -> ast.expr:
    """An expression with parts filled in for names."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return parts.get(node.id, node)

    made = Fill().visit(ast.parse(text, mode="eval")).body
    assert isinstance(made, ast.expr)
    return made


def number(node: ast.AST) -> int | float | None:
    """A number that stands in the text, with its sign."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
    return None


def constant(value: object) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body
