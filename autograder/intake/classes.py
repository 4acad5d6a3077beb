"""Intake: from what a class handed in to sources. Nothing is executed, no link is followed, every size has a cap.

A class is a folder, or one zip or tar archive, that holds for each student a folder, an archive, a notebook or a Python
file, named after the student; or what Moodle, Canvas and Gradescope deliver, as it comes.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from autograder.intake import archives, deliveries, trees
from autograder.intake.archives import Caps
from autograder.intake.decoding import decode_source
from autograder.intake.deliveries import Owner
from autograder.intake.flags import flags
from autograder.intake.locating import locate, read_file, unpacked
from autograder.intake.model import IntakeError, Source, Student, Submission, Submissions
from autograder.intake.trees import MAX_SOURCE, File, Tree, UnreadError
from autograder.messages import _

__all__ = [
    "MAX_SOURCE",
    "IntakeError",
    "Source",
    "Student",
    "Submission",
    "Submissions",
    "decode_source",
    "read_class",
    "read_source",
]


def read_source(path: Path) -> Source:
    """The text of a solution file, or what is wrong with it."""
    return read_file(trees.on_disk(path))


def read_class(folder: Path, ids: Iterable[str]) -> Submissions:
    """The submissions in a folder or an archive, one a student, by name. Raises ``IntakeError``.

    What a class holds is looked up at once; what a student handed in is read when it is asked for.
    """
    ids = list(ids)
    if not folder.exists():
        raise IntakeError(_("There is no folder {folder}.").format(folder=folder))
    if folder.is_dir():
        items = list(_in_folder(folder))
    elif archives.stem(folder.name) is not None:
        items = _unwrapped(_in_archive(folder), ids)
    else:
        text = _("{folder} is a file: give the folder, or the archive, that holds a folder for each student.")
        raise IntakeError(text.format(folder=folder))
    if _is_one_student(items, ids):
        text = _("{folder} looks like the folder of one student: give the folder that holds it.")
        raise IntakeError(text.format(folder=folder))
    people = _people(items)
    parts: dict[tuple[str, ...], list[_Part]] = {}
    for item in items:
        if item.is_student:
            owner = deliveries.owner(item.name, item.file is not None, people)
            parts.setdefault(owner.key, []).append((owner, item))
    if not parts:
        text = _("{folder} is empty: it should hold one folder for each student.")
        raise IntakeError(text.format(folder=folder))
    return Submissions(_students(list(parts.values()), ids))


@dataclass
class _Item:
    """What lies at the top of a class: a folder (on disk, or read from the class's archive), or a file."""

    name: str
    folder: Path | Tree | None = None
    file: File | None = None
    is_link: bool = False

    @property
    def is_student(self) -> bool:
        if trees.is_ignored(PurePosixPath(self.name)):
            return False
        if self.file is None:
            return True
        graded = self.file.suffix in (".py", ".ipynb") or archives.stem(self.name) is not None
        # Of a file with a tool's name we know the student, whatever it is.
        return graded or bool(deliveries.owner(self.name, True).ids)


_Part = tuple[Owner, _Item]  # of what a student handed in
# What would steer a terminal, or turn the text around.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
MAX_NOTE, MAX_NOTES = 500, 100


def _in_folder(folder: Path) -> Iterator[_Item]:
    try:
        children = sorted(trees.handed_in(folder), key=lambda p: p.name)
    except OSError as error:
        text = _("{folder} cannot be read: {reason}.")
        raise IntakeError(text.format(folder=folder, reason=error.strerror)) from None
    for child in children:
        name = trees.readable(child.name)
        if child.is_symlink():
            yield _Item(name, is_link=True)
        elif child.is_dir():
            yield _Item(name, folder=child)
        else:
            yield _Item(name, file=trees.on_disk(child, PurePosixPath(name)))


def _in_archive(path: Path) -> list[_Item]:
    """The class in one archive, open as long as its files may be read.

    A damaged one is refused as a whole: who is missing from it, nobody can say.
    """
    try:
        stream: BinaryIO = path.open("rb")
        tree = archives.open_archive(stream, archives.whole_class())
    except UnreadError as error:
        raise IntakeError(f"{path}: {error}") from None
    except OSError as error:
        raise IntakeError(_("{folder} cannot be read: {reason}.").format(folder=path, reason=error.strerror)) from None
    incomplete = [str(error) for _where, error in tree.faults] + [text for where, text in tree.notes if not where]
    if incomplete:
        raise IntakeError(f"{path}: {incomplete[0]}")
    return _grouped(tree)


def _grouped(tree: Tree) -> list[_Item]:
    """The files of a class by the first part of their paths, which is the student's."""
    items: dict[str, _Item] = {}
    for file in tree.files:
        name, *rest = file.path.parts
        if not rest:
            items[name] = _Item(name, file=file)
            continue
        item = items.setdefault(name, _Item(name, folder=Tree()))
        if isinstance(item.folder, Tree):
            item.folder.files.append(File(PurePosixPath(*rest), file.read, file.modified))
    for where, sentence in tree.notes:
        whose = next((part for part in PurePosixPath(where).parts if part in items), None)
        if whose and isinstance(inside := items[whose].folder, Tree):
            inside.note(where.partition(f"{whose}/")[2], sentence)
    return [items[name] for name in sorted(items)]


def _unwrapped(items: list[_Item], ids: list[str]) -> list[_Item]:
    """The class without a folder around all of it, as one gets who packs a folder."""
    if len(items) == 1 and isinstance(tree := items[0].folder, Tree):
        inside = _grouped(tree)
        if sum(item.is_student for item in inside) > 1 and not _is_one_student(inside, ids):
            return inside
    return items


def _is_one_student(items: list[_Item], ids: list[str]) -> bool:
    """Whether this is what one student hands in, instead of a class."""
    chapters = {id.split("/")[0] for id in ids} | {"exercises"}
    if any(item.name in chapters for item in items if item.file is None and not item.is_link):
        return True
    names = {f"{id.split('/')[1]}.py" for id in ids}
    students = [item for item in items if item.is_student]
    return bool(students) and all(item.file is not None and item.name in names for item in students)


def _people(items: list[_Item]) -> dict[str, Owner]:
    """Who is who, where Gradescope says so."""
    for item in items:
        if item.file is not None and item.name == deliveries.GRADESCOPE:
            with contextlib.suppress(UnreadError):
                return deliveries.gradescope_people(item.file.read(trees.MAX_NOTEBOOK).decode("utf-8", "replace"))
    return {}


def _students(students: list[list[_Part]], ids: list[str]) -> list[Student]:
    """A student for all that belongs to one, under a readable name that no other has."""
    same = Counter(parts[0][0].name for parts in students)
    found: list[Student] = []
    taken: set[str] = set()
    for parts in students:
        owner = parts[0][0]
        number = next(iter(owner.ids.values()), "")
        name = f"{owner.name} ({number})" if same[owner.name] > 1 and number else owner.name
        name = _shown(name)
        while name in taken:  # somebody is called what another is called to tell two of one name apart
            name += "'"
        taken.add(name)
        found.append(Student(name, partial(_read_student, name, parts, ids), owner.ids, owner.submitted))
    return sorted(found, key=lambda s: s.name)


def _read_student(name: str, parts: list[_Part], ids: list[str]) -> Submission:
    owner = parts[0][0]
    submission = Submission(name, ids=dict(owner.ids), notes=[whose.note for whose, _item in parts if whose.note])
    caps = Caps()
    tree = Tree()
    try:
        for whose, item in parts:
            _gather(tree, whose, item, submission, alone=len(parts) == 1, caps=caps)
        locate(tree, ids, submission, caps)
        _flag(submission)
    except MemoryError:
        submission.unreadable = _("there is not enough memory to read the submission")
    except Exception as error:  # whatever a submission does to its reader, the class is graded
        reason = f"{type(error).__name__}: {error}"
        submission.unreadable = _("the submission cannot be read: {reason}").format(reason=reason)
    submission.unreadable = _shown(submission.unreadable)
    submission.notes = [_shown(note) for note in submission.notes[:MAX_NOTES]]
    submission.flags = [_shown(flag) for flag in submission.flags]
    return submission


def _shown(text: str) -> str:
    """A line that names what students chose, for a terminal and a page: in one piece, and not endless."""
    text = _CONTROL.sub(lambda match: ascii(match[0])[1:-1], text)
    return text if len(text) <= MAX_NOTE else f"{text[:MAX_NOTE]} ..."


def _gather(tree: Tree, whose: Owner, item: _Item, submission: Submission, alone: bool, caps: Caps) -> None:
    """Adds what an item holds to the student's files; an archive that is all there is stands for a folder."""
    if item.is_link:
        submission.notes.append(_("the folder is a symbolic link and was not followed"))
    elif isinstance(item.folder, Tree):
        tree.add(_counted(item.folder, caps))
    elif item.folder is not None:
        try:
            tree.add(_counted(trees.folder(item.folder), caps))
        except OSError as error:
            submission.unreadable = _("the folder cannot be read: {reason}").format(reason=error.strerror)
    elif item.file is not None:
        file = File(PurePosixPath(whose.file or item.name), item.file.read, item.file.modified)
        if alone and archives.stem(file.path.name) is not None:
            tree.add(unpacked(file, caps))
        else:
            tree.files.append(file)


def _counted(tree: Tree, caps: Caps) -> Tree:
    """The same files; what is read of them counts."""

    def read(file: File, limit: int) -> bytes:
        content = file.read(limit)
        caps.take(len(content))
        return content

    return replace(tree, files=[replace(file, read=partial(read, file)) for file in tree.files])


def _flag(submission: Submission) -> None:
    for id, source in submission.sources.items():
        if found := flags(source.text):
            text = _("{name} uses {what}: a person should look at it")
            submission.flags.append(text.format(name=id.split("/")[1], what=", ".join(found)))
