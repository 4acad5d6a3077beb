"""A class inside of a folder, and how it is told from one student's folder with several versions of a file.

``homework7/ann, bob, cyd`` and a download of Moodle or Canvas that was unpacked into a folder are a class: several
persons' files of the same exercise. ``ann/old, new`` is one student's work. Where names leave it open nobody is graded
for another's work: a person has to look.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePosixPath

from autograder import catalog
from autograder.intake import archives, deliveries, trees
from autograder.intake.archives import Caps
from autograder.intake.items import Item, grouped, in_archive, in_folder
from autograder.intake.locating import by_plain_name, entries, is_an_exercise, is_of_the_kit, plain_name, unpacked
from autograder.intake.model import IntakeError
from autograder.intake.trees import MAX_SOURCE, File, Tree, UnreadError
from autograder.messages import _

KIT_FOLDERS = {"autograder", "datasets", "exercises", "solutions", "tests"}
FEW = 5  # things in a class that are each looked into
MAX_LOOKED_AT = 100  # files whose text says which exercise they are about
ANY = "*"  # what is in an archive that nobody can read
# What students call folders and files of their own, and people are not called.
_WORDS = """
abgabe after again alt alternative answer answers archive ass assignment assignments attempt attempts backup backups
bad bak before best better bonus broken ch chapter chapters code colab copy correct data day debug december deep
desktop dienstag doc docs documents done donnerstag download downloads draft drafts early evening ex exercise
exercises exp experiment experiments extra february figures file files final finished first fixed folder freitag
friday good handin homework hw ideas images img import in initial inner january july jupyter kaggle lab labs last
late latest lib local main march material materials mine misc mittwoch model models module modules monday montag
more morning my neu new night nn notebook notebooks notes november october of old optional orig original other
others out output outputs own part parts previous problem problems project projects py python q question questions
recent rest resubmission results retry rev review revised sample samstag sandbox saturday scratch script scripts
second section sections september shared solution solutions some sonntag source sources src staging step steps stuff
submission submissions submit submitted sunday task tasks temp test tests the third thursday tmp to today todo
training trash trial try tuesday tutorial uni unused update updated upload uploads util utils v ver version versions
wednesday week weeks wip with work working wrong yesterday
"""
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_COPY = re.compile(r" ?\(\d+\)$")
_SHORT = re.compile(r"\d{1,3}|[A-Za-z]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def may_be_a_person(name: str) -> bool:
    """Whether a folder or file may be called after a person: not ``old``, ``part 2`` or ``corr2d_new``."""
    return bool(_pieces(name))


def _pieces(name: str) -> list[str]:
    """The words of a name that may be a person's, and its long numbers."""
    pieces = [piece.lower() for piece in _PIECE.findall(_CAMEL.sub(" ", name))]
    return [p for p in pieces if (_is_long(p) if p.isdigit() else p not in _common() and not _SHORT.fullmatch(p))]


def _is_long(number: str) -> bool:
    """Whether a number may be a student's: no version, no day and no year."""
    return len(number) > 3 and not _YEAR.fullmatch(number)


@cache
def _common() -> frozenset[str]:
    names = [*catalog.entries(), *catalog.manifest()]
    return frozenset(_WORDS.split()) | {piece for name in names for piece in _PIECE.findall(name.lower())}


def is_of_a_kit(name: str) -> bool:
    """Whether a folder is one of the kit's, which may lie beside the students' without being one."""
    return name in catalog.manifest() or name in KIT_FOLDERS


def unnested(items: list[Item]) -> tuple[list[Item], list[str]]:
    """The class without folders around it, and sentences on what was found where. Raises ``IntakeError``."""
    students = [item for item in items if item.is_student and not item.is_link]
    found = {item.name: _children(item) for item in students if _delivered(item)}
    if not found and len(students) <= FEW:
        inside = {item.name: inner for item in students if (inner := _class_inside(item, len(students) == 1))}
        # Beside others that are students each may be one too: whoever reads it sees whether that can be.
        found = inside if len(inside) == len(students) else {}
    if not found:
        return items, []
    seen: dict[tuple[str, ...], str] = {}
    for name, inner in found.items():
        for item in inner:
            key = deliveries.owner(item.name, item.file is not None).key
            if item.is_student and seen.setdefault(key, name) != name:
                text = _("{student} is in {first} and in {second}: give one of these folders alone.")
                raise IntakeError(text.format(student=key[0], first=seen[key], second=name))
    said = [_("The class was found inside of {folder}.").format(folder=name) for name in found]
    return [each for item in items for each in found.get(item.name, [item])], said


def _children(item: Item) -> list[Item]:
    """What lies in a folder; nothing of a file, or where it cannot be read."""
    if isinstance(item.folder, Path):
        with contextlib.suppress(IntakeError):
            return list(in_folder(item.folder))
    return grouped(item.folder) if isinstance(item.folder, Tree) else []


def _tree(item: Item) -> Tree:
    """The files in a folder; none of a file, or where it cannot be read."""
    if isinstance(item.folder, Path):
        with contextlib.suppress(OSError):
            return trees.folder(item.folder)
    return item.folder if isinstance(item.folder, Tree) else Tree()


def _delivered(item: Item) -> bool:
    """Whether a folder is a tool's download, by the names in it: of several persons."""
    return _by_tool(_children(item))


def _by_tool(items: Sequence[Item], least: int = 2) -> bool:
    if any(item.name == deliveries.GRADESCOPE for item in items):
        return True
    owners = [deliveries.owner(item.name, item.file is not None) for item in items]
    return len({owner.key for owner in owners if owner.ids and may_be_a_person(owner.name)}) >= least


def _class_inside(item: Item, alone: bool) -> list[Item]:
    """The class inside of a folder; also of an archive, if that is all there is. Nothing where there is none.

    Raises ``IntakeError`` where nobody can tell.
    """
    tree = _tree(item)
    if alone and item.is_archive and item.path is not None:
        with contextlib.suppress(OSError, UnreadError):
            tree = archives.open_archive(item.path.open("rb"), Caps())
    top, inner = _bare(tree)
    if not _by_tool(grouped(inner), 1 if alone else 2) and not people(tree):
        if alone and (names := people(tree, least=2)):
            text = _(
                "Nobody can tell whether {folder} is one student or a class: {names} answer the same exercise."
                " If it is a class, give that folder; if it is a student, add --student {folder}."
            )
            raise IntakeError(text.format(folder=item.name, names=_(" and ").join(names)))
        return []
    if isinstance(item.folder, Path):
        return list(in_folder(item.folder / top))
    return grouped(_bare(in_archive(item.path))[1] if item.path is not None else inner)


def _bare(tree: Tree) -> tuple[PurePosixPath, Tree]:
    """The files without the folders around all of them, and these folders."""
    top = PurePosixPath()
    while tree.files and len({file.path.parts[0] for file in tree.files}) == 1 and len(tree.files[0].path.parts) > 1:
        name = tree.files[0].path.parts[0]
        if deliveries.owner(name, False).ids:  # it says whose it is
            break
        top /= name
        files = [replace(file, path=PurePosixPath(*file.path.parts[1:])) for file in tree.files]
        tree = replace(tree, files=files, notes=[])
    return top, tree


def people(tree: Tree, student: str = "", least: int = 3) -> list[str]:
    """The names of two or three folders or files that may be different persons' and answer the same exercise.

    student: whose the whole is, if it is one's: what lies beside a file with the exercise's name is then a draft.
    least: how many files without folders it takes; of two folders and archives each is more than a draft. least of 2: a
    number or a letter may stand for a person too.
    """
    own = set(_pieces(student))
    answered = {by_plain_name().get(PurePosixPath(file.name).stem) for file in tree.files} if student else set()
    look = _Look()
    shared: dict[str, dict[str, Item]] = {}
    for item in grouped(_bare(tree)[1]):
        name = archives.stem(item.name) or item.name
        owner = deliveries.owner(name, item.file is not None)
        named = may_be_a_person(owner.name) or (least == 2 and item.file is None and _SHORT.fullmatch(owner.name))
        if not item.is_student or not named or own & set(_pieces(owner.name)):
            continue
        if is_of_the_kit(PurePosixPath(item.name, "x")):
            continue
        files = [item.file] if item.file is not None else item.folder.files if isinstance(item.folder, Tree) else []
        for exercise in look.about(files):
            found = shared.setdefault(exercise, {})
            found[_COPY.sub("", owner.name)] = item
            loose = all(i.file is not None and not i.is_archive for i in found.values())
            if loose and exercise in answered:
                continue
            if len(found) >= (least if loose else 2):
                return sorted(i.name for i in found.values())
    return []


def persons(items: Sequence[Item]) -> list[str]:
    """The names of what may be persons' and holds answers: folders and archives, and files if there are several."""
    look, found = _Look(), []
    for item in items:
        if item.is_student and not item.is_link and (item.file is None or item.is_archive):
            files = [item.file] if item.file is not None else _tree(item).files
            if may_be_a_person(archives.stem(item.name) or item.name) and not is_of_a_kit(item.name):
                found += [item.name] if look.about(files) else []
    loose = [item.file for item in items if item.file is not None and not is_an_exercise(item.name)]
    return found + people(Tree([file for file in loose if archives.stem(file.path.name) is None]), least=2)


class _Look:
    """Which exercises files are about, by their names, else by what they define; not too much is read for it."""

    def __init__(self) -> None:
        self.caps = Caps()
        self.left = MAX_LOOKED_AT

    def about(self, files: Sequence[File]) -> set[str]:
        return {exercise for file in files if not is_of_the_kit(file.path) for exercise in self._one(file)}

    def _one(self, file: File) -> set[str]:
        if archives.stem(file.path.name) is not None and archives.unpacked(file) is None:
            inside = unpacked(file, self.caps) if self._may_look() else Tree()
            return self.about([f for f in inside.files if archives.stem(f.path.name) is None]) or {ANY}
        if file.suffix not in (".py", ".ipynb"):
            return set()
        if named := by_plain_name().get(plain_name(file.name)[0]):
            return {named}
        text = b""
        if self._may_look():
            with contextlib.suppress(UnreadError):
                text = file.read(MAX_SOURCE)
        return {id for id in catalog.entries() if any(f"def {entry}(".encode() in text for entry in entries(id))}

    def _may_look(self) -> bool:
        self.left -= 1
        return self.left >= 0
