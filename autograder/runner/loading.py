"""Loads a student's file as far as it goes. What counts are its definitions, and what they need.

Statements at the top run one by one. One that fails, takes too long or wants what there is not is left out with a
note, and what it would have made becomes a stand-in that complains when it is used. It gives student code nothing
that it could not have by ``try`` and ``except``; what is forbidden is refused where it is used.
"""

from __future__ import annotations
import __future__

import ast
import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.runner.quiet import NOTEBOOK, QUIET
from autograder.runner.reasons import reason, stranger
from autograder.runner.standins import Note, StandIn, standins_in
from autograder.runner.watch import DEFINITION_SECONDS, MOST_SPENT_SECONDS, Watch
from autograder.spec.errors import Absent
from autograder.syntax import MADE, UNPARSABLE, bound

MAX_NOTES = 60
REST = -1  # among the numbers of skipped statements: all that may take long
_IMPORTS = (ast.Import, ast.ImportFrom)
DEFINITIONS = (*MADE, *_IMPORTS)
_MAGIC = re.compile(r"\s*(?:[%!?]|[^#'\"]*=\s*[%!]|[^#'\"]*\?\s*$)")
_MAX_MAGICS = 100


@dataclass(frozen=True)
class _File:
    """A file that is run. name: as tracebacks have it. path: where it lies, if it is not the answer itself."""

    name: str
    path: str
    namespace: dict[str, Any]
    flags: int


class Loading:
    """The state of one load: its notes, its time, the files that were loaded.

    skipped: statements of the answer that ended the process or held it up before, by number, with the reason.
    tell: told the number of each statement of the answer before it runs, or None.
    """

    def __init__(self, watch: Watch, skipped: Mapping[int, str], tell: Callable[[int], None] | None = None) -> None:
        self.watch = watch
        watch.own.add(Loading._tried.__code__)
        self.notes: list[Note] = []
        self.names: set[str] = set()
        self.others: set[str] = set()  # of these the companions
        self.skipped = skipped
        self.tell = tell
        self.number = 0  # of the answer's statement that runs

    def run(self, source: str, name: str, namespace: dict[str, Any], path: str = "") -> None:
        """Runs a file (see ``_File``). Raises ``SyntaxError``."""
        self.names.add(name)
        if path:
            self.others.add(name)
        magics: list[int] = []
        tree = parsed(source, name, magics)
        file = _File(name, path, namespace, _future_flags(tree))
        for line in magics:
            self._note(file, line, {"why": "magic"})
        namespace["__doc__"] = ast.get_docstring(tree, clean=False)
        for known in NOTEBOOK:
            namespace.setdefault(known, QUIET)
        for number, node in enumerate(tree.body):
            unseen = "" if path else self._announced(number)
            late = self.watch.spent > MOST_SPENT_SECONDS or REST in self.skipped
            if not unseen and late and _may_take_long(node):
                unseen = "late"
            if unseen:
                waited = unseen == "late" and self.watch.waited(MOST_SPENT_SECONDS)
                self._leave_out(node, file, {"why": unseen, **({"waited": True} if waited else {})})
            elif (failure := self._tried(node, file)) is not None:
                self._mend(node, file, failure)

    def _announced(self, number: int) -> str:
        """Tells which statement of the answer is next; why it is left out unseen, if it is."""
        self.number = number
        if self.tell:
            self.tell(number)
        return self.skipped.get(number, "")

    def _tried(self, node: ast.stmt, file: _File, flags: int = 0) -> BaseException | None:
        """Runs a statement; what it raised, if it did."""
        defines = isinstance(node, DEFINITIONS)
        around = self.watch.begin(DEFINITION_SECONDS if defines else self.watch.patience())
        failure: BaseException | None = None
        try:
            code = compile(ast.Module([node], []), file.name, "exec", file.flags | flags, dont_inherit=True)
            exec(code, file.namespace)
        except BaseException as error:
            failure = error
        if failure is not None or not defines:
            self.watch.spend()
        self.watch.end(around)
        return failure

    def _mend(self, node: ast.stmt, file: _File, failure: BaseException) -> None:
        """Saves of a statement that failed what can be saved, and leaves out the rest."""
        if isinstance(node, _IMPORTS):
            self._import(node, file, failure)
        elif isinstance(failure, Absent) and isinstance(node, MADE) and self._made_plainly(node, file, failure):
            pass
        elif not (isinstance(node, ast.ClassDef) and self._made_in_part(node, file, failure)):
            self._leave_out(node, file, self._reason(failure))

    def _import(self, node: ast.Import | ast.ImportFrom, file: _File, failure: BaseException) -> None:
        """Imports name by name what can be imported; a stand-in takes the place of the rest."""
        apart = isinstance(node, ast.Import) or node.module is None or type(failure) is ImportError
        if apart and len(node.names) > 1:
            for alias in node.names:
                one = _import_of(node, alias)
                if (failed := self._tried(one, file)) is not None:
                    self._import(one, file, failed)
            return
        facts = self._reason(failure)
        module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
        if facts["why"] == "missing" and module.startswith(
            f"{facts['module']}."
        ):  # of ``google.colab`` only ``google``
            facts["module"] = module
        note = self._note(file, node.lineno, {**facts, "import": True})
        for alias in node.names:
            if alias.name == "*":
                note["star"] = True
            elif isinstance(node, ast.ImportFrom):
                dotted = f"{module}.{alias.name}".lstrip(".")
                file.namespace.setdefault(alias.asname or alias.name, StandIn(dotted, note))
            elif alias.asname:
                file.namespace.setdefault(alias.asname, StandIn(alias.name, note))
            else:
                _graft(alias.name, note, file.namespace)

    def _made_plainly(self, node: ast.stmt, file: _File, failure: BaseException) -> bool:
        """Makes a definition without what is not there: its annotations, and what decorates by a missing library."""
        gone = _without_decorators(node, standins_in(file.namespace))
        if self._tried(node, file, __future__.annotations.compiler_flag) is not None:
            return False
        for line in gone:
            self._note(file, line, {**self._reason(failure), "part": "decorator"})
        return True

    def _made_in_part(self, node: ast.ClassDef, file: _File, failure: BaseException) -> bool:
        """Makes a class without the statements of its body that fail, if these are no methods and not all of it."""
        wrong = _statement_of(node, file.name, failure)
        if wrong is None or isinstance(wrong, MADE) or len(node.body) == 1:
            return False
        node.body.remove(wrong)
        before = len(self.notes)
        note = self._note(file, wrong.lineno, self._reason(failure))
        again = self._tried(node, file)
        if again is not None and not self._made_in_part(node, file, again):
            del self.notes[before:]
            return False
        for name in bound(wrong):
            setattr(file.namespace[node.name], name, StandIn(f"{node.name}.{name}", note))
        return True

    def _leave_out(self, node: ast.stmt, file: _File, facts: Note) -> None:
        """Leaves out a statement; what it would have made, and is not there from before, becomes a stand-in."""
        line = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        note = self._note(file, line, facts)
        if isinstance(node, MADE):
            note["defines"] = node.name
        for name in bound(node):
            file.namespace.setdefault(name, StandIn(name, note))

    def _reason(self, failure: BaseException) -> Note:
        return reason(failure, stranger(failure, self.names), self.others)

    def _note(self, file: _File, line: int, facts: Note) -> Note:
        note = {**facts, "line": line, "file": file.path}
        if note["why"] == "slow" and not file.path:
            note["number"] = self.number  # by which another process need not wait for it
        if len(self.notes) < MAX_NOTES:
            self.notes.append(note)
        return note


def _may_take_long(node: ast.stmt) -> bool:
    """Whether a statement is more than a definition, or an assignment that calls nothing."""
    if isinstance(node, DEFINITIONS):
        return False
    return not isinstance(node, ast.Assign | ast.AnnAssign) or any(isinstance(n, ast.Call) for n in ast.walk(node))


def parsed(source: str, name: str, magics: list[int]) -> ast.Module:
    """The syntax tree. Lines that are commands of Jupyter's are left out where Python stumbles over them.

    magics: gets their numbers.
    """
    lines = source.split("\n")
    while True:
        try:
            return ast.parse("\n".join(lines), name)
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            if len(magics) >= _MAX_MAGICS or not 0 <= at < len(lines) or not _MAGIC.match(lines[at]):
                raise
            indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
            lines[at] = f"{indent}pass" if indent else ""
            magics.append(at + 1)


def _future_flags(tree: ast.Module) -> int:
    flags = 0
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                if (feature := getattr(__future__, alias.name, None)) is not None:
                    flags |= getattr(feature, "compiler_flag", 0)
    return flags


def _import_of(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.Import | ast.ImportFrom:
    """An import of one of its names alone."""
    one: ast.Import | ast.ImportFrom
    if isinstance(node, ast.Import):
        one = ast.Import(names=[alias])
    else:
        one = ast.ImportFrom(module=node.module, names=[alias], level=node.level)
    return ast.copy_location(one, node)


def _graft(dotted: str, note: Note, namespace: dict[str, Any]) -> None:
    """``import a.b.c`` where ``a`` or ``a.b`` are there: the stand-in takes the place of the first that is not."""
    parts = dotted.split(".")
    for length in range(len(parts) - 1, 0, -1):
        parent = sys.modules.get(".".join(parts[:length]))
        if parent is not None and all(".".join(parts[:n]) in sys.modules for n in range(1, length)):
            vars(parent).setdefault(parts[length], StandIn(".".join(parts[: length + 1]), note))
            namespace.setdefault(parts[0], sys.modules[parts[0]])
            return
    namespace.setdefault(parts[0], StandIn(parts[0], note))


def _without_decorators(node: ast.stmt, names: Collection[str]) -> list[int]:
    """Takes the decorators that begin with one of the names from a definition and those in it; returns their lines."""
    lines = []
    for inner in ast.walk(node):
        if isinstance(inner, MADE):
            lines += [d.lineno for d in inner.decorator_list if _root(d) in names]
            inner.decorator_list = [d for d in inner.decorator_list if _root(d) not in names]
    return lines


def _root(node: ast.expr) -> str:
    """The name that an expression begins with."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        else:
            return ""
    return node.id


def _statement_of(node: ast.ClassDef, name: str, failure: BaseException) -> ast.stmt | None:
    """The statement in the body of a class that raised."""
    trace = failure.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if (code.co_filename, code.co_name) == (name, node.name):
            return next((s for s in node.body if s.lineno <= trace.tb_lineno <= (s.end_lineno or 0)), None)
        trace = trace.tb_next
    return None


def nearly(source: str, entry: str, others: Collection[str]) -> Note:
    """What of a file comes near to an entry point that it does not define: ``how``, and ``near`` or ``owner``.

    others: the other entry points, which are meant as what they are called.
    """
    import difflib  # only who has made a mistake waits for it

    try:
        tree = parsed(source, "", [])
    except UNPARSABLE:
        return {}
    for outer in ast.walk(tree):
        if isinstance(outer, MADE) and any(isinstance(n, MADE) and n.name == entry for n in outer.body):
            return {"how": "method" if isinstance(outer, ast.ClassDef) else "nested", "owner": outer.name}
    if any(isinstance(node, MADE) and node.name == entry for node in ast.walk(tree)):
        return {"how": "not reached"}
    top = {node.name for node in tree.body if isinstance(node, MADE)} - set(others)
    plain = {_plain(name): name for name in sorted(top)}
    near = plain.get(_plain(entry)) or next(iter(difflib.get_close_matches(entry, sorted(top), 1, 0.7)), "")
    return {"how": "name", "near": near} if near else {}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
