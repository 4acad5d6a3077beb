"""Which file, or which cell of which notebook, is a student's answer to an exercise.

Answers are found exercise by exercise. A file that bears an exercise's name is meant for it; where that holds no more
than a stub, every other Python file and notebook is searched for the entry points. What was begun counts before a stub,
and of several alike the one that was handed in last.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from itertools import pairwise
from pathlib import PurePosixPath

from autograder import catalog
from autograder.intake import archives
from autograder.intake.accounts import account, cannot_be_graded, unfit
from autograder.intake.archives import Caps, open_archive, stem
from autograder.intake.cells import Answer, Workbook
from autograder.intake.companions import with_companions
from autograder.intake.decoding import decode_source
from autograder.intake.model import UNREAD, Handed, Source, Submission
from autograder.intake.notebooks import Cell, defined_names, looks_like_notebook, read_notebook
from autograder.intake.outline import Outline, helpers, looks_written, outline
from autograder.intake.trees import MAX_ARCHIVE, MAX_NOTEBOOK, MAX_SOURCE, File, Tree, UnreadError, said
from autograder.messages import _

MAX_NOTEBOOKS = 20
MAX_SCRIPTS = 200  # that are searched for answers, beside those that bear an exercise's name
# Folders of the kit whose files are nobody's answer; ``solutions`` is also what a student may call a folder.
KIT = {"autograder", "tests"}
_COPY = re.compile(r"(?:[ _]?\((?P<a>\d{1,9})\)|[-_ ]v?(?P<b>\d{1,9})|[-_ ](?:copy|kopie|copie|copia))$", re.IGNORECASE)
_COPY_OF = re.compile(r"^(?:copy of|kopie von|copie de|copia de) ", re.IGNORECASE)
_LEFT_OPEN = re.compile(r"NotImplementedError|^[ \t]*(?:pass|\.\.\.)[ \t]*(?:#.*)?$", re.MULTILINE)
_STALE = re.compile(r"(?<![a-z])(?:old|backup|bak|draft|archived?|outdated|alt|vieux|viejo)(?![a-z])", re.IGNORECASE)


def locate(tree: Tree, ids: Sequence[str], submission: Submission, caps: Caps) -> None:
    """Finds the sources of the exercises in a student's files, as ``opened`` gives them, and says what became of each
    file."""
    submission.notes += said(tree.notes)
    files = [file for file in tree.files if not is_of_the_kit(file.path)]
    desk = _Desk(files, ids, caps)
    answered: dict[str, File] = {}
    begun = False
    for id in ids:
        found = sorted(desk.candidates(id), key=lambda c: c.rank)
        if found:
            answered[id] = found[-1].file
            begun = begun or found[-1].begun
            here = found[-1].file.path.with_name(found[-1].file.name)
            submission.sources[id] = with_companions(found[-1].final(id), here, readers(files))
            submission.notes += _remarks(id, found[-1], found[:-1], alone=desk.count == 1)
        if not found or not found[-1].begun:
            submission.notes += desk.written_as_text(id)
    faults = [*tree.faults, *desk.faults]
    unfitting = unfit(files, ids) if not tree.faults else {}
    for id in [id for id in ids if id not in answered]:
        if id in unfitting:
            submission.sources[id] = cannot_be_graded(unfitting[id])
        elif faults:
            where, error = max(faults, key=lambda fault: (fault[1].ours, fault[1].unreadable))
            name = PurePosixPath(where).name or submission.student
            submission.sources[id] = _unread(name, error)
    if begun:
        _count_as_missing(submission)
    unread = [(where, f"{where}: {error}" if where else str(error)) for where, error in faults]
    unread += {str(f.path): cannot_be_graded(found).problem for found in unfitting.values() for f in found}.items()
    submission.files += [Handed(where, UNREAD, why) for where, why in unread]
    account(files, answered, desk.about(), desk.stubs(answered.values()), ids, submission)


def opened(tree: Tree, caps: Caps) -> Tree:
    """The files with those inside of archives among them; an archive within an archive is not opened."""
    whole = Tree(notes=tree.notes, faults=tree.faults)
    for file in tree.files:
        if (single := archives.unpacked(file)) is not None:
            whole.files.append(single)
            continue
        if stem(file.path.name) is None:
            whole.files.append(file)
            continue
        inside = unpacked(file, caps)
        for nested in [f for f in inside.files if stem(f.path.name) is not None]:
            inside.files.remove(nested)
            if (single := archives.unpacked(nested)) is not None:
                inside.files.append(single)
                continue
            text = _("an archive in an archive is not opened: hand in its files")
            inside.faults.append((str(nested.path), UnreadError(text, unreadable=True)))
        whole.add(inside, str(file.path))
    return whole


def unpacked(archive: File, caps: Caps) -> Tree:
    """The files in an archive; one that cannot be read is a fault."""
    try:
        return open_archive(io.BytesIO(archive.read(MAX_ARCHIVE)), caps)
    except UnreadError as error:
        return Tree(faults=[("", error)])


def read_file(file: File) -> Source:
    """The text of a solution file, or what is wrong with it."""
    try:
        return decode_source(file.name, file.read(MAX_SOURCE))
    except UnreadError as error:
        return _unread(file.name, error)


def _unread(name: str, error: UnreadError) -> Source:
    return Source(name, problem=str(error), unreadable=error.unreadable, ours=error.ours)


def _count_as_missing(submission: Submission) -> None:
    """Beside work that was begun, what cannot be read counts as not there: else whoever leaves out what is hard, and
    puts a damaged file in its place, would be measured by the rest alone. A person is told, and may decide."""
    for id, source in submission.sources.items():
        if source.unreadable and not source.ours:
            text = _("{problem} (it counts as not handed in, until a person has looked at it)")
            problem = text.format(problem=source.problem)
            submission.sources[id] = replace(source, problem=problem, unreadable=False, missing=True)
            text = _(
                "{file} cannot be read ({problem}), so that {id} counts as not handed in: a person should look at it"
            )
            submission.flags.append(text.format(file=source.filename, problem=source.problem, id=id))


def readers(files: Iterable[File]) -> dict[PurePosixPath, Callable[[], str]]:
    """How to read the text of each Python file, by its path."""
    return {file.path.with_name(file.name): partial(_text, file) for file in files if file.suffix == ".py"}


def _text(file: File) -> str:
    return read_file(file).text


def is_of_the_kit(path: PurePosixPath) -> bool:
    """Whether a file is part of the kit, such as its checks: ``solutions`` only where it is laid out like the kit's."""
    folders = path.parts[:-1]
    if not KIT.isdisjoint(folders):
        return True
    return any(a == "solutions" and b in catalog.manifest() for a, b in pairwise(folders))


def plain_name(name: str) -> tuple[str, int]:
    """A file's name without its suffix and what copying or uploading put to it, and the number that it has as a copy:
    ``corr2d`` and 2 of ``Corr2D (2).py``."""
    base, number = _COPY_OF.sub("", PurePosixPath(name).stem), 0
    while found := _COPY.search(base):
        number = number or int(found["a"] or found["b"] or 0)
        base = base[: found.start()]
    return re.sub(r"[-_ ]", "", base).lower(), number


class _Script:
    """A Python file of a hand-in, read when it is looked at. meant_for: the exercise of the kit whose name it bears."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.name = file.name
        self.meant_for = _by_file_name().get(self.name)
        self.plain, copy = plain_name(self.name)
        self.version = file.version or copy

    @cached_property
    def source(self) -> Source:
        return read_file(self.file)

    @cached_property
    def outline(self) -> Outline:
        return outline(self.source.text, given())

    @cached_property
    def is_plain(self) -> bool:
        """Whether each entry point of its exercise is defined in it once, and nothing is left to be written: what most
        files are, seen without a syntax tree."""
        text = self.source.text
        if not self.meant_for or "return" not in text or _LEFT_OPEN.search(text):
            return False
        heads = defined_names(text)
        return all(heads.count(entry) == 1 for entry in entries(self.meant_for))


@dataclass
class _Candidate:
    """What may be the answer to an exercise. own: it bears the exercise's name. near: how close it is to that.

    done: how many entry points are written.
    """

    file: File
    source: Source
    begun: bool
    own: bool = False
    near: int = 0
    done: int = 0
    parses: bool = True
    version: int = 0
    place: int = 0
    answer: Answer | None = None
    script: _Script | None = None

    @property
    def rank(self) -> tuple[object, ...]:
        """The higher, the better."""
        path = self.file.path
        stale = bool(_STALE.search(str(path)))
        found = (self.parses, self.done, self.near) if not self.own else ()
        order = (not stale, self.place, self.version, -len(path.parts), self.file.modified)
        return (self.begun, self.own, *found, *order)

    def final(self, id: str) -> Source:
        """What is graded: without a stub that was left below the answer, which Python would take for the answer."""
        if self.script is None:
            return self.source
        if self.script.is_plain:
            return self.source
        wanted = entries(id)
        blank = {line for name, lines in self.script.outline.overruled if name in wanted for line in lines}
        if not blank:
            return self.source
        lines = self.source.text.split("\n")
        return replace(self.source, text="\n".join("" if n in blank else line for n, line in enumerate(lines, 1)))


class _Desk:
    """The files of one hand-in, laid out to find answers in. faults: what of them cannot be read."""

    def __init__(self, files: Sequence[File], ids: Sequence[str], caps: Caps) -> None:
        scripts = [_Script(file) for file in files if file.suffix == ".py"]
        # Sorted, so that what is searched does not depend on the order of an archive.
        loose = sorted((s for s in scripts if not s.meant_for), key=lambda s: (len(s.file.path.parts), s.file.path))
        looked_at = [*(s for s in scripts if s.meant_for), *loose[:MAX_SCRIPTS]]
        disguised = [s for s in looked_at if looks_like_notebook(s.source.text)]
        self.scripts = [s for s in looked_at if s not in disguised]
        self.faults: list[tuple[str, UnreadError]] = []
        self.books: list[tuple[File, Workbook]] = []
        self.texts: list[tuple[File, Cell]] = []  # cells that are no code and look like it
        notebooks = [file for file in files if file.suffix == ".ipynb"] + [s.file for s in disguised]
        for file in notebooks[:MAX_NOTEBOOKS]:
            texts: list[Cell] = []
            try:
                self.books.append((file, Workbook(read_notebook(file.read(MAX_NOTEBOOK), caps, texts))))
                self.texts += [(file, cell) for cell in texts]
            except UnreadError as error:
                self.faults.append((str(file.path), error))
        self.count = len(scripts) + len(notebooks) - len(disguised)
        # The only file, for the only exercise, is meant for it, whatever is wrong with it.
        self.only = self.scripts[0] if len(ids) == self.count == len(self.scripts) == 1 else None
        for script in self.scripts:
            if script.source.problem and not script.meant_for and script is not self.only:
                fault = UnreadError(script.source.problem, script.source.unreadable, script.source.ours)
                self.faults.append((str(script.file.path), fault))

    def about(self) -> dict[File, set[str]]:
        """The exercises of the kit that a file may be an answer to, by its name or by what it defines."""
        found: dict[File, set[str]] = {}
        for script in self.scripts:
            named = by_plain_name().get(script.plain)
            found[script.file] = {named} if named else _defined_by(script.outline.defined)
        return found | {file: _defined_by(book.written) for file, book in self.books}

    def stubs(self, graded: Collection[File]) -> set[File]:
        """The files that bear an exercise's name, hold no more than its stub, and are not what was graded."""
        found = set()
        for script in self.scripts:
            if script.file in graded or script.is_plain:
                continue
            if (id := script.meant_for) and not script.source.problem and script.outline.parses:
                wanted = set(entries(id))
                begun = wanted & script.outline.written
                if not begun and (wanted & script.outline.stubs or not script.source.text.strip()):
                    found.add(script.file)
        return found

    def written_as_text(self, id: str) -> Iterator[str]:
        """What to say of an answer that stands in a cell which is no code."""
        for file, cell in self.texts:
            for entry in entries(id):
                if looks_written(cell.text, entry):
                    text = _("cell {number} of {path} defines {name}, but is a {kind} cell: it was not graded")
                    yield text.format(number=cell.number, path=file.path, name=entry, kind=cell.kind)

    def candidates(self, id: str) -> Iterator[_Candidate]:
        yield from self._in_scripts(id)
        for file, book in self.books:
            answer = book.answer(_names(id), entries(id), given())
            if answer is not None:
                near, source = 3 if answer.claimed else 0, Source(file.name, text=answer.text)
                parses = answer.done > 0
                version = file.version or plain_name(file.name)[1]
                yield _Candidate(file, source, answer.begun, False, near, answer.done, parses, version, answer=answer)

    def _in_scripts(self, id: str) -> Iterator[_Candidate]:
        chapter, name = id.split("/")
        wanted = set(entries(id))
        owns = [script for script in self.scripts if script.name == f"{name}.py"]
        settled = any(script.is_plain for script in owns)  # no other file can be the answer
        for script in owns if settled else self.scripts:
            file, source = script.file, script.source
            own = script in owns
            copy = not script.meant_for and by_plain_name().get(script.plain) == id
            done, parses, stub = 0, True, False
            if own and script.is_plain:
                done = len(wanted)
            elif not source.problem and not (own and source.text == _stub(id) and "NotImplementedError" in source.text):
                if own or any(entry in source.text for entry in wanted):
                    seen = script.outline
                    done, parses = len(wanted & (seen.written if own else seen.defined)), seen.parses
                    stub = not wanted.isdisjoint(seen.stubs)
                # What another exercise's file defines beside its own answer may be a tool for that.
                if not own and script.meant_for and (2 * done < len(wanted) or wanted & _handed_out(script.meant_for)):
                    continue
            begun = bool(done) or (own and not parses)
            if own or copy or begun or stub or script is self.only:
                place = _place(file.path, chapter) if own else 0
                near, version = 2 if copy else 0, script.version
                yield _Candidate(file, source, begun, own, near, done, parses, version, place, script=script)


def _place(path: PurePosixPath, chapter: str) -> int:
    """How near a file lies to where the kit has it."""
    folders = path.parts[:-1]
    return 2 if folders in ((chapter,), ("exercises", chapter)) else 1 if folders[-1:] == (chapter,) else 0


def _remarks(id: str, taken: _Candidate, others: Sequence[_Candidate], alone: bool) -> Iterator[str]:
    """What a person should know of the choice of an answer. alone: there was nothing to choose from."""
    path, begun = taken.file.path, [c.file.path for c in (*others, taken) if c.answer and c.begun]
    if taken.answer is not None:
        if len(begun) > 1:
            text = _("{id} is in several notebooks ({paths}): {path} was graded")
            yield text.format(id=id, paths=", ".join(map(str, sorted(begun)[:5])), path=path)
        for number in taken.answer.turned:
            text = _("code cell {number} of {path} was turned into text: it was graded as code, for {id}")
            yield text.format(number=number, path=path, id=id)
        for entry, (numbers, counts) in taken.answer.repeated.items():
            text = _("{path} defines {name} in code cells {numbers}: that in {counts} counts")
            yield text.format(path=path, name=entry, numbers=", ".join(map(str, numbers)), counts=counts)
    elif not taken.own:
        if not alone:
            yield _("{path} was graded as the answer to {id}").format(path=path, id=id)
    else:
        # Alone, without folders, files come from every upload page.
        if len(path.parts) > 1 and path.parts[-2:] != tuple(f"{id}.py".split("/")):
            yield _("{id} was found at {path}").format(id=id, path=path)
        if taken.begun and begun:
            yield _("{id} is in a notebook too: the file {path} was graded").format(id=id, path=path)
    lines = {} if taken.script is None or taken.script.is_plain else taken.script.outline.lines
    for entry in entries(id):
        if len(lines.get(entry, ())) > 1:
            text = _("{path} defines {name} more than once (lines {lines}): the last one counts")
            yield text.format(path=path, name=entry, lines=", ".join(map(str, lines[entry])))


def _names(id: str) -> set[str]:
    """What an exercise is called in a claim: its id, and its name where no other has the same."""
    name = id.split("/")[1]
    same = [i for i in catalog.entries() if i.split("/")[1] == name]
    return {id, name} if len(same) == 1 else {id}


def _defined_by(names: set[str]) -> set[str]:
    return {id for id in catalog.entries() if not names.isdisjoint(entries(id))}


@cache
def _by_file_name() -> dict[str, str]:
    return {f"{id.split('/')[1]}.py": id for id in catalog.entries()}


@cache
def by_plain_name() -> dict[str, str]:
    return {plain_name(name)[0]: id for name, id in _by_file_name().items()}


def is_an_exercise(name: str) -> bool:
    """Whether a file is called after an exercise."""
    return plain_name(name)[0] in by_plain_name()


@cache
def entries(id: str) -> tuple[str, ...]:
    """The entry points of an exercise."""
    try:
        return catalog.entry_points(id)
    except Exception:  # a broken exercise is said to be so when it is graded
        return (id.split("/")[1],)


@cache
def _stub(id: str) -> str:
    with contextlib.suppress(OSError, LookupError, ValueError, catalog.NoKitError):
        return catalog.exercise_file(id).read_text(encoding="utf-8")
    return ""


@cache
def given() -> frozenset[str]:
    """What the stubs hand out ready-made."""
    found: set[str] = set()
    for id in catalog.entries():
        with contextlib.suppress(SyntaxError, ValueError):
            found |= helpers(_stub(id), entries(id))
    return frozenset(found)


@cache
def _handed_out(id: str) -> frozenset[str]:
    """The names of what the stub of an exercise hands out beside its entry points."""
    return frozenset(outline(_stub(id)).lines) - frozenset(entries(id))
