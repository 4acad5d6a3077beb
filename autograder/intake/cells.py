"""From the cells of a notebook to the source of one exercise.

Which cell answers an exercise, for each of its entry points: a cell that names the exercise (``torchkata.id`` or
nbgrader's ``grade_id`` in its metadata, or ``%%exercise ID`` as its first line) and defines the entry point; else any
cell that defines it. Of several the last counts, and what was begun counts before an untouched stub.

What comes along: the definitions (imports, functions, classes, assignments) that the entry point uses, and what these
use, from its own cell, else from the nearest cell above that has them, else from below. Calls, prints and whatever
nobody uses stay out: a slow or broken experiment elsewhere in the notebook costs nothing.

Each cell that gave something begins with a mark, and its lines keep their places below it, so that messages can say
where in the notebook a line of the source is (``places``).
"""

from __future__ import annotations

import ast
import builtins
import symtable
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from autograder.intake.notebooks import Cell, parse
from autograder.intake.outline import COMPOUND, DEFINITIONS, dump, is_stub, may_answer, span
from autograder.syntax import FUNCTIONS, UNPARSABLE, bound

# Above what a source took from a cell; ``places`` finds it again.
MARK = "# ---- code cell {number} ----"


def needed(text: str, entries: Collection[str]) -> set[int]:
    """The lines of a file that answer: all that gives the entry points a value, and what that uses in its turn.

    Raises what ``ast.parse`` raises.
    """
    statements = list(_statements(Cell(1, text, tree=parse(text))))
    names, lines = set(entries), set[int]()
    while found := [s for s in statements if names & (s.binds | s.touches)]:
        statements = [s for s in statements if s not in found]
        for statement in found:
            names |= statement.binds | statement.uses
            lines.update(range(statement.first, statement.last + 1))
    return lines


@dataclass(eq=False)
class _Lump:
    """Top-level statements of a cell that share lines; mostly it is one alone."""

    lines: list[str]  # of the cell
    nodes: list[ast.stmt]
    first: int
    last: int

    @cached_property
    def uses(self) -> set[str]:
        return _used("\n".join(self.lines[self.first - 1 : self.last]), self.nodes)


@dataclass(eq=False)
class _Statement:
    """A top-level statement of a cell. binds: names it gives a value.

    touches: names whose value it changes: ``Net.forward = ...``, ``table["a"] = ...``, ``@add_to(Net)``.
    lump: the statements that share lines, itself among them: a line comes along as a whole, with all that it uses.
    """

    cell: Cell
    lines: list[str]  # of the cell
    node: ast.stmt
    first: int
    last: int
    binds: set[str]
    touches: set[str]
    stub: bool
    lump: _Lump

    @cached_property
    def uses(self) -> set[str]:
        """The global names that it needs; only asked of what may be needed itself."""
        return self.lump.uses

    @property
    def is_plain(self) -> bool:
        return isinstance(self.node, DEFINITIONS)

    @property
    def is_import(self) -> bool:
        return isinstance(self.node, ast.Import | ast.ImportFrom)


class _Binders:
    """The statements that bind one name, by cell: all of them, and those that are no stubs. A notebook may have
    a hundred thousand of them, and ask for the name in thousands of cells."""

    def __init__(self, statements: Sequence[_Statement]) -> None:
        self.every: dict[int, list[_Statement]] = {}
        self.written: dict[int, list[_Statement]] = {}
        for s in statements:
            self.every.setdefault(s.cell.number, []).append(s)
            if not s.stub:
                self.written.setdefault(s.cell.number, []).append(s)
        self.numbers = sorted(self.written)
        self.imports = bool(self.written) and all(s.is_import for group in self.written.values() for s in group)


def _once(told: set[tuple[str, object]], key: tuple[str, object], group: list[_Statement]) -> list[_Statement]:
    if key in told:
        return []
    told.add(key)
    return group


class Workbook:
    """The code cells of one notebook, with an index of what is defined where."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.cells = cells
        self.statements = [s for cell in cells for s in _statements(cell)]
        self.binders: dict[str, list[_Statement]] = {}
        self.touchers: dict[str, list[_Statement]] = {}
        self._binders: dict[str, _Binders] = {}
        for statement in self.statements:
            for name in statement.binds:
                self.binders.setdefault(name, []).append(statement)
            for name in statement.touches:
                self.touchers.setdefault(name, []).append(statement)

    @property
    def written(self) -> set[str]:
        """The names that something but a stub gives a value."""
        return {name for name, binders in self.binders.items() if not all(s.stub for s in binders)}

    def answer(self, names: Collection[str], entries: Sequence[str], given: Collection[str] = ()) -> Answer | None:
        """The source for one exercise; None where no cell is about it.

        names: what the exercise is called in claims. entries: its entry points. given: what ``helpers`` says of all
        stubs; such a definition, handed out, is nobody's answer.
        """
        mine = {cell.number: cell for cell in self.cells if cell.claims & set(names)}
        chosen = {entry: best for entry in entries if (best := self._best(entry, mine, given))}
        if broken := next((c for c in chosen.values() if isinstance(c, Cell)), None):
            return Answer(_numbered(broken, broken.text.split("\n")), begun=True, claimed=broken.number in mine)
        found = {entry: s for entry, s in chosen.items() if isinstance(s, _Statement)}
        if not found:
            if not mine:
                return None
            written = [cell for cell in mine.values() if (cell.tree.body if cell.tree else cell.text.strip())]
            text = _numbered(written[-1], written[-1].text.split("\n")) if written else ""
            return Answer(text, begun=bool(written), claimed=True)
        claimed = any(s.cell.number in mine for s in found.values())
        if all(s.stub for s in found.values()):
            return Answer("", begun=False, claimed=claimed)
        done = sum(not s.stub for s in found.values())
        turned = sorted({s.cell.number for s in found.values() if s.cell.kind != "code"})
        return Answer(self._compose(self._closure(found)), True, claimed, done, turned, self._repeated(found))

    def _repeated(self, chosen: dict[str, _Statement]) -> dict[str, tuple[list[int], int]]:
        """The entry points that are defined in several cells, with these and the one that counts."""
        found = {}
        for entry, best in chosen.items():
            written = [s for s in self.binders[entry] if not s.stub and isinstance(s.node, (*FUNCTIONS, ast.ClassDef))]
            numbers = sorted({s.cell.number for s in written})
            if len(numbers) > 1:
                found[entry] = numbers, best.cell.number
        return found

    def _best(self, entry: str, mine: Collection[int], given: Collection[str]) -> _Statement | Cell | None:
        """The definition of an entry point that counts, or the cell that tries to be one and does not parse."""
        given = {text for text in given if f"name='{entry}'" in text}
        ranked: list[tuple[float, int, _Statement | Cell]] = []
        for s in self.binders.get(entry, ()):
            own = s.cell.number in mine
            others = bool(s.cell.claims) and not own
            if not s.is_plain or (not own and not may_answer(s.node)):
                continue
            if given and not own and not s.is_import and dump(s.node) in given:
                continue
            rank: float = (1 if own else 0) if s.stub else 6 if own else 2 if others else 5
            if not s.stub and s.cell.kind != "code":
                rank = 1.5  # whoever turned it into text may have written another since
            ranked.append((rank, s.cell.number, s))
        for cell in self.cells:
            if cell.tree is None and entry in cell.names:
                ranked.append((4 if cell.number in mine else 3, cell.number, cell))
        # Of one cell the last definition counts: the sort is stable.
        return sorted(ranked, key=lambda r: r[:2])[-1][2] if ranked else None

    def _closure(self, roots: dict[str, _Statement]) -> set[_Statement]:
        """The statements that the entry points need, themselves included."""
        chosen: set[_Statement] = set()
        seen: set[tuple[str, int]] = set()
        told: set[tuple[str, object]] = set()
        lumps: set[_Lump] = set()
        waiting: list[tuple[str, Cell]] = [(entry, root.cell) for entry, root in roots.items()]
        while waiting:
            name, cell = waiting.pop()
            if (name, cell.number) in seen:
                continue
            seen.add((name, cell.number))
            for statement in self._needed(name, cell.number, roots.get(name), told):
                if statement in chosen:
                    continue
                chosen.add(statement)
                if statement.lump not in lumps:
                    lumps.add(statement.lump)
                    waiting += [(used, statement.cell) for used in statement.uses]
        known = {name for s in chosen for name in s.binds} | vars(builtins).keys()
        if any(lump.uses - known for lump in lumps):
            chosen |= {s for s in self.statements if _is_star(s.node)}
        cells = {s.cell.number for s in chosen}
        chosen |= {s for s in self.statements if s.cell.number in cells and _is_future(s.node)}
        return chosen

    def _needed(
        self, name: str, cell: int, root: _Statement | None, told: set[tuple[str, object]]
    ) -> Iterator[_Statement]:
        """The statements that make a name what it is, for a use in the given cell.

        told: which groups of statements were named before, and are not once more.
        """
        binders = self._bound_by(name)
        mine = binders.every.get(cell, [])
        groups = binders.written if binders.written or mine else binders.every
        if not groups and not mine:
            return
        if root is not None:
            home = root.cell.number
        elif mine:
            home = cell
        else:
            numbers = binders.numbers if groups is binders.written else sorted(groups)
            home = numbers[max(0, bisect_left(numbers, cell) - 1)]
        here = mine if home == cell else groups.get(home, [])
        yield from _once(told, (name, (home, here is mine)), here)
        if binders.imports and all(s.is_import for s in mine):
            # import torch, import torch.utils.data: each adds to the name
            for number, group in binders.written.items():
                yield from _once(told, (name, (number, False)), group)
        else:
            yield from _once(told, (name, "touched"), self.touchers.get(name, []))

    def _bound_by(self, name: str) -> _Binders:
        if name not in self._binders:
            everywhere = self.binders.get(name, [])
            self._binders[name] = _Binders([s for s in everywhere if s.is_plain] or everywhere)
        return self._binders[name]

    def _compose(self, chosen: set[_Statement]) -> str:
        parts = []
        by_cell: dict[int, list[_Statement]] = {}
        for s in chosen:
            by_cell.setdefault(s.cell.number, []).append(s)
        for cell in self.cells:
            if cell.number not in by_cell:
                continue
            kept = {line for s in by_cell[cell.number] for line in range(s.first, s.last + 1)}
            lines = cell.text.split("\n")
            parts.append(_numbered(cell, [x if i in kept else "" for i, x in enumerate(lines[: max(kept)], start=1)]))
        return "".join(parts)


@dataclass
class Answer:
    """What a notebook holds for an exercise. begun: more than stubs. done: how many entry points are written.

    turned: cells of it that were turned into text. repeated: entry points that several cells define: these, and which
    counts.
    """

    text: str
    begun: bool
    claimed: bool
    done: int = 0
    turned: list[int] = field(default_factory=list)
    repeated: dict[str, tuple[list[int], int]] = field(default_factory=dict)


def _numbered(cell: Cell, lines: Iterable[str]) -> str:
    return "\n".join([MARK.format(number=cell.number), *lines]).rstrip() + "\n"


def _statements(cell: Cell) -> Iterator[_Statement]:
    lines = cell.text.split("\n")
    lump: _Lump | None = None
    for node in cell.tree.body if cell.tree else ():
        first, last = span(node)[0], span(node)[-1]
        if lump is None or first > lump.last:
            lump = _Lump(lines, [], first, last)
        lump.nodes.append(node)
        lump.last = max(last, lump.last)
        if isinstance(node, (*DEFINITIONS, *COMPOUND)):
            yield _Statement(cell, lines, node, first, last, bound(node), _touched(node), is_stub(node), lump)


def _touched(node: ast.stmt) -> set[str]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    names = set()
    for target in targets:
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
            if isinstance(target, ast.Name):
                names.add(target.id)
    for decorator in getattr(node, "decorator_list", []):
        if isinstance(decorator, ast.Call):
            names |= {argument.id for argument in decorator.args if isinstance(argument, ast.Name)}
    return names


def _used(text: str, nodes: Iterable[ast.stmt]) -> set[str]:
    """The global names that statements need."""
    try:
        return set(_globals(symtable.symtable(text, "cell", "exec")))
    except UNPARSABLE:  # half of a line, or await outside of a function
        walk = (n for node in nodes for n in ast.walk(node))
        return {n.id for n in walk if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _globals(top: symtable.SymbolTable) -> Iterator[str]:
    waiting = [top]
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        outermost = table.get_type() == "module"
        yield from (s.get_name() for s in table.get_symbols() if (s.is_referenced() if outermost else s.is_global()))


def _is_star(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
