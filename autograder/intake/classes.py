"""Intake: from what a class handed in to sources. Nothing is executed, no link is followed, every size has a cap.

A class is a folder, or one zip or tar archive, that holds for each student a folder, an archive, a notebook or a Python
file, named after the student; or what Moodle, Canvas and Gradescope deliver, as it comes.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from autograder import catalog
from autograder.intake import archives, deliveries, trees
from autograder.intake.archives import Caps
from autograder.intake.companions import with_companions
from autograder.intake.decoding import decode_source
from autograder.intake.deliveries import Owner
from autograder.intake.flags import flags
from autograder.intake.items import Item, grouped, in_archive, in_folder
from autograder.intake.locating import is_an_exercise, locate, opened, read_file, readers, unpacked
from autograder.intake.model import IntakeError, Source, Student, Submission, Submissions
from autograder.intake.nesting import is_of_a_kit, people, persons, unnested
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
    """The text of a learner's solution file, or what is wrong with it; with what it imports of the exercises."""
    source, top = read_file(trees.on_disk(path)), path.resolve().parents[1]
    others = [trees.on_disk(p, PurePosixPath(p.relative_to(top))) for p in (*top.glob("*.py"), *top.glob("*/*.py"))]
    return with_companions(source, PurePosixPath(path.parent.name, path.name), readers(others))


def read_class(folder: Path, ids: Iterable[str], chosen: Sequence[str] = ()) -> Submissions:
    """The submissions in a folder or an archive, one a student, by name. Raises ``IntakeError``.

    What a class holds is looked up at once; what a student handed in is read when it is asked for. A folder that is
    one student's is a class of one. chosen: the names of the students that are wanted; none: all.
    """
    ids = list(ids)
    if not folder.exists():
        raise IntakeError(_("There is no folder {folder}.").format(folder=folder))
    tree = Tree()
    if folder.is_dir():
        items = list(in_folder(folder))
    elif archives.stem(folder.name) is not None:
        tree = in_archive(folder)
        items = grouped(tree)
    else:
        text = _("{folder} is a file: give the folder, or the archive, that holds a folder for each student.")
        raise IntakeError(text.format(folder=folder))
    if _is_one_student(folder, items):
        name = folder.resolve().name
        if folder.is_dir():
            return Submissions([one_student(name, folder, ids)])
        return Submissions([one_student(archives.stem(name) or name, tree, ids)])
    said: list[str] = []
    if not any(item.name in chosen for item in items):  # of these it is said who they are
        items, said = unnested(items)
        items, strays = _sorted_out(items)
        said += strays
    known = _people(items)
    parts: dict[tuple[str, ...], list[_Part]] = {}
    for item in items:
        if item.is_student:
            for owner in deliveries.owners(item.name, item.file is not None, known):
                parts.setdefault(owner.key, []).append((owner, item))
    if not parts:
        text = _("{folder} is empty: it should hold one folder for each student.")
        raise IntakeError(text.format(folder=folder))
    students = _students(list(parts.values()), ids, sure=bool(chosen))
    if not chosen:
        return Submissions(students, said)
    return Submissions(_chosen(students, chosen), said, [student.name for student in students])


def one_student(name: str, folder: Path | Tree, ids: Sequence[str]) -> Student:
    """The student whose all of a folder is."""
    return Student(name, partial(_read_student, name, [(Owner(name), Item(name, folder))], list(ids), True))


def _chosen(students: list[Student], names: Sequence[str]) -> list[Student]:
    """The students of these names. Raises ``IntakeError``."""
    found = {student.name: student for student in students}
    for name in names:
        if name not in found:
            near = difflib.get_close_matches(name, found, n=1, cutoff=0.5)
            hint = _(" Did you mean {near}?").format(near=near[0]) if near else ""
            raise IntakeError(_("There is no student {name!r}.").format(name=name) + hint)
    return [student for student in students if student.name in names]


_Part = tuple[Owner, Item]  # of what a student handed in
# What would steer a terminal, or turn the text around.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
MAX_NOTE, MAX_NOTES = 500, 100


def _is_one_student(folder: Path, items: list[Item]) -> bool:
    """Whether this is what one student hands in, instead of a class. Raises ``IntakeError`` where nobody can tell."""
    if not any(_is_stray(item) for item in items):
        return False
    company = persons(items)
    if len(company) == 1:
        text = _("{folder} holds the files of one student, and {name}: is it a class? Move what does not belong there.")
        raise IntakeError(text.format(folder=folder, name=company[0]))
    return not company


def _is_stray(item: Item) -> bool:
    """Whether it bears an exercise's name, or a chapter's: a part of what a student hands in, and no student."""
    if item.is_link:
        return False
    if item.file is None:
        return item.name == "exercises" or item.name in catalog.manifest()
    return item.file.suffix == ".py" and is_an_exercise(item.name) and not deliveries.owner(item.name, True).ids


def _sorted_out(items: list[Item]) -> tuple[list[Item], list[str]]:
    """The class without what lies beside the students and is nobody's, and a sentence on each."""
    strays = [item for item in items if _is_stray(item) or (item.file is None and is_of_a_kit(item.name))]
    text = _("{name} lies beside the students' work: nobody knows whose it is, and it was not graded.")
    said = [text.format(name=item.name) for item in strays if item.file is not None]
    return [item for item in items if item not in strays], said


def _people(items: list[Item]) -> dict[str, list[Owner]]:
    """Who is who, where Gradescope says so."""
    for item in items:
        if item.file is not None and item.name == deliveries.GRADESCOPE:
            with contextlib.suppress(UnreadError):
                return deliveries.gradescope_people(item.file.read(trees.MAX_NOTEBOOK).decode("utf-8", "replace"))
    return {}


def _students(students: list[list[_Part]], ids: list[str], sure: bool) -> list[Student]:
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
        read, places = partial(_read_student, name, parts, ids, sure), tuple(item.name for _owner, item in parts)
        found.append(Student(name, read, owner.ids, owner.submitted, places))
    return sorted(found, key=lambda s: s.name)


def _read_student(name: str, parts: list[_Part], ids: list[str], sure: bool) -> Submission:
    """sure: it is known that all of it is one student's."""
    owner = parts[0][0]
    submission = Submission(name, ids=dict(owner.ids), notes=[whose.note for whose, _item in parts if whose.note])
    caps = Caps()
    tree = Tree()
    try:
        for whose, item in parts:
            _gather(tree, whose, item, submission, alone=len(parts) == 1, caps=caps)
        tree = opened(tree, caps)
        if not sure and (names := people(tree, name)):
            text = _("{names} answer the same exercise: a person should look whether they are one student's")
            submission.unreadable = text.format(names=_(" and ").join(names))
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
    submission.files = [replace(row, file=_shown(row.file), why=_shown(row.why)) for row in submission.files]
    return submission


def _shown(text: str) -> str:
    """A line that names what students chose, for a terminal and a page: in one piece, and not endless."""
    text = _CONTROL.sub(lambda match: ascii(match[0])[1:-1], text)
    return text if len(text) <= MAX_NOTE else f"{text[:MAX_NOTE]} ..."


def _gather(tree: Tree, whose: Owner, item: Item, submission: Submission, alone: bool, caps: Caps) -> None:
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
        place = PurePosixPath(whose.file or item.name)
        file = replace(item.file, path=place, called=whose.called, version=whose.version)
        if alone and item.is_archive:
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
        text = _("{name} uses {what}: a person should look at it")
        for name, code in [(id.split("/")[1], source.text), *source.companions.items()]:
            if found := flags(code):
                flag = text.format(name=name, what=", ".join(found))
                submission.flags += [flag] if flag not in submission.flags else []
