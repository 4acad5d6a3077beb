"""Which file, or which cell of which notebook, is a student's answer to an exercise."""

from __future__ import annotations

import contextlib
import difflib
import io
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from pathlib import PurePosixPath

from autograder import catalog
from autograder.intake.archives import Caps, open_archive, stem
from autograder.intake.cells import Answer, Workbook, defines, helpers, is_begun
from autograder.intake.companions import with_companions
from autograder.intake.decoding import decode_source
from autograder.intake.model import Source, Submission
from autograder.intake.notebooks import looks_like_notebook, read_notebook
from autograder.intake.trees import (
    MAX_ARCHIVE,
    MAX_NOTEBOOK,
    MAX_NOTES,
    MAX_SOURCE,
    File,
    Tree,
    UnreadError,
    said,
)
from autograder.messages import _

MAX_NOTEBOOKS = 20


def locate(tree: Tree, ids: Sequence[str], submission: Submission, caps: Caps) -> None:
    """Finds the sources of the exercises in a student's files, and notes what a person should know of the rest."""
    tree = opened(tree, caps)
    submission.notes += said(tree.notes)
    used: set[File] = set()
    found: dict[str, tuple[File, Source]] = {}
    for id in ids:
        file = _at_its_place(tree.files, id)
        if file is not None:
            found[id] = file, read_file(file)
    workbooks = _workbooks(tree.files, found, submission, caps)
    if not found and not workbooks:
        found = _by_content([f for f in tree.files if f.suffix == ".py"], ids)
    for id in ids:
        file, source = found.get(id, (None, None))
        if workbooks:
            source = _from_notebooks(workbooks, id, file, source, submission, used)
        if source is not None:
            here = PurePosixPath(source.filename) if file is None else file.path
            submission.sources[id] = with_companions(source, here, readers(tree.files))
        if file is not None:
            used.add(file)
            # Alone, without folders, files come from every upload page.
            if len(file.path.parts) > 1 and file.path.parts[-2:] != tuple(f"{id}.py".split("/")):
                submission.notes.append(_("{id} was found at {path}").format(id=id, path=file.path))
    submission.notes += said([(where, str(error)) for where, error in tree.faults])
    if tree.faults:
        where, error = max(tree.faults, key=lambda fault: fault[1].unreadable)
        name, sentence = PurePosixPath(where).name or submission.student, str(error)
        for id in ids:
            submission.sources.setdefault(id, Source(name, problem=sentence, unreadable=error.unreadable))
    submission.notes += _leftovers(tree.files, used, ids)


def opened(tree: Tree, caps: Caps) -> Tree:
    """The files with those inside of archives among them; an archive within an archive is not opened."""
    whole = Tree(notes=tree.notes, faults=tree.faults)
    for file in tree.files:
        if stem(file.path.name) is None:
            whole.files.append(file)
            continue
        inside = unpacked(file, caps)
        for nested in [f for f in inside.files if stem(f.path.name) is not None]:
            inside.files.remove(nested)
            text = _("an archive in an archive is not opened: hand in its files")
            inside.faults.append((str(nested.path), UnreadError(text)))
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
        return Source(file.name, problem=str(error), unreadable=error.unreadable)


def readers(files: Iterable[File]) -> dict[PurePosixPath, Callable[[], str]]:
    """How to read the text of each Python file, by its path."""
    return {file.path.with_name(file.name): partial(_text, file) for file in files if file.suffix == ".py"}


def _text(file: File) -> str:
    return read_file(file).text


def _at_its_place(files: list[File], id: str) -> File | None:
    """Where an exercise lies: at its place, in a folder of its chapter anywhere, or under its name anywhere.

    Of several that lie alike, the shallowest counts, then the newest: a person sees the others in the notes.
    """
    chapter, name = id.split("/")
    mine = [f for f in files if f.name == f"{name}.py"]
    canonical = [f for top in ((), ("exercises",)) for f in mine if f.path.parts[:-1] == (*top, chapter)]
    nested = [f for f in mine if f.path.parts[-2:-1] == (chapter,)]
    for candidates in (canonical[:1], nested, mine):
        if candidates:
            return min(candidates, key=lambda f: (len(f.path.parts), -f.modified, f.path))
    return None


def _by_content(files: list[File], ids: Sequence[str]) -> dict[str, tuple[File, Source]]:
    """Where no file has an exercise's name: what each defines says what it is."""
    found: dict[str, tuple[File, Source]] = {}
    for file in files[:MAX_NOTEBOOKS]:
        source = read_file(file)
        about = [id for id in ids if defines(source.text, entries(id))]
        # The only file, for the only exercise, is meant for it, whatever is wrong with it.
        if not about and len(files) == len(ids) == 1:
            about = list(ids)
        for id in about:
            found.setdefault(id, (file, source))
    return found


def _workbooks(
    files: list[File], found: dict[str, tuple[File, Source]], submission: Submission, caps: Caps
) -> list[tuple[File, Workbook | UnreadError]]:
    """The notebooks of a submission, also those that are called Python."""
    disguised = {file for file, source in found.values() if looks_like_notebook(source.text)}
    for id in [id for id, (file, _source) in found.items() if file in disguised]:
        del found[id]
    notebooks = [f for f in files if f.suffix == ".ipynb" or f in disguised]
    if not found and not notebooks:
        loose = [f for f in files if f.suffix == ".py"][:MAX_NOTEBOOKS]
        notebooks = [f for f in loose if looks_like_notebook(read_file(f).text)]
    workbooks: list[tuple[File, Workbook | UnreadError]] = []
    for file in notebooks[:MAX_NOTEBOOKS]:
        try:
            workbooks.append((file, Workbook(read_notebook(file.read(MAX_NOTEBOOK), caps))))
        except UnreadError as error:
            submission.notes.append(f"{file.path}: {error}")
            workbooks.append((file, error))
    return workbooks


def _from_notebooks(
    workbooks: list[tuple[File, Workbook | UnreadError]],
    id: str,
    file: File | None,
    source: Source | None,
    submission: Submission,
    used: set[File],
) -> Source | None:
    """The answer in the notebooks, where it is more than what a file holds."""
    answers: list[tuple[File, Answer]] = []
    for notebook, workbook in workbooks:
        if isinstance(workbook, UnreadError):
            used.add(notebook)
        elif (answer := workbook.answer(_names(id), entries(id), _given())) is not None:
            answers.append((notebook, answer))
            used.add(notebook)
    if source is not None and not source.problem and is_begun(source.text, entries(id)):
        if any(answer.begun for _notebook, answer in answers) and file is not None:
            text = _("{id} is in a notebook too: the file {path} was graded")
            submission.notes.append(text.format(id=id, path=file.path))
        return source
    if not answers:
        faults = [(n, error) for n, error in workbooks if isinstance(error, UnreadError)]
        if source is None and faults:
            notebook, error = max(faults, key=lambda fault: fault[1].unreadable)
            return Source(notebook.name, problem=str(error), unreadable=error.unreadable)
        return source
    best, answer = max(answers, key=lambda a: (a[1].begun, a[1].done, a[1].claimed, a[0].modified))
    if not answer.begun and source is not None:
        return source
    begun = [str(n.path) for n, a in answers if a.begun]
    if len(begun) > 1:
        text = _("{id} is in several notebooks ({paths}): {path} was graded")
        submission.notes.append(text.format(id=id, paths=", ".join(begun[:5]), path=best.path))
    return Source(best.name, text=answer.text)


def _names(id: str) -> set[str]:
    """What an exercise is called in a claim: its id, and its name where no other has the same."""
    name = id.split("/")[1]
    same = [i for i in catalog.entries() if i.split("/")[1] == name]
    return {id, name} if len(same) == 1 else {id}


@cache
def entries(id: str) -> tuple[str, ...]:
    """The entry points of an exercise."""
    try:
        return catalog.entry_points(id)
    except Exception:  # a broken exercise is said to be so when it is graded
        return (id.split("/")[1],)


@cache
def _given() -> frozenset[str]:
    """What the stubs hand out ready-made."""
    found: set[str] = set()
    for id in catalog.entries():
        with contextlib.suppress(OSError, LookupError, ValueError, SyntaxError):
            found |= helpers(catalog.exercise_file(id).read_text(encoding="utf-8"), entries(id))
    return frozenset(found)


def _leftovers(files: list[File], used: set[File], ids: Sequence[str]) -> list[str]:
    """Python files and notebooks that were not graded, with what they may have been meant for."""
    names = {f"{id.split('/')[1]}.py": id for id in ids}
    notes = []
    for file in files:
        if file in used or file.suffix not in (".py", ".ipynb") or file.name == "__init__.py":
            continue
        near = difflib.get_close_matches(file.name.lower(), names, n=1, cutoff=0.8)
        if near and near[0] != file.name:
            text = _("{path} was not graded: is it meant for {id}?")
            notes.append(text.format(path=file.path, id=names[near[0]]))
        else:
            notes.append(_("{path} was not graded").format(path=file.path))
        if len(notes) >= MAX_NOTES:
            break
    return notes
