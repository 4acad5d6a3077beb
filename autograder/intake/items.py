"""What lies side by side in a class: folders, archives and files, on disk or in the one archive of a class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from autograder.intake import archives, deliveries, trees
from autograder.intake.model import IntakeError
from autograder.intake.trees import File, Tree, UnreadError
from autograder.messages import _


@dataclass
class Item:
    """A folder (on disk, or read from an archive), or a file. path: where the file is on disk, if it is there."""

    name: str
    folder: Path | Tree | None = None
    file: File | None = None
    is_link: bool = False
    path: Path | None = None

    @property
    def is_student(self) -> bool:
        """Whether it may be what a student handed in."""
        if trees.is_ignored(PurePosixPath(self.name)):
            return False
        if self.file is None:
            return True
        graded = self.file.suffix in (".py", ".ipynb") or archives.stem(self.name) is not None
        # Of a file with a tool's name we know the student, whatever it is.
        return graded or bool(deliveries.owner(self.name, True).ids)

    @property
    def is_archive(self) -> bool:
        return self.file is not None and archives.stem(self.name) is not None and archives.unpacked(self.file) is None


def in_folder(folder: Path) -> Iterator[Item]:
    """Raises ``IntakeError``."""
    try:
        children = sorted(trees.handed_in(folder), key=lambda p: p.name)
    except OSError as error:
        text = _("{folder} cannot be read: {reason}.")
        raise IntakeError(text.format(folder=folder, reason=error.strerror)) from None
    for child in children:
        name = trees.readable(child.name)
        if child.is_symlink():
            yield Item(name, is_link=True)
        elif child.is_dir():
            yield Item(name, folder=child)
        else:
            yield Item(name, file=trees.on_disk(child, PurePosixPath(name)), path=child)


def in_archive(path: Path) -> Tree:
    """The class in one archive, open as long as its files may be read.

    A damaged one is refused as a whole: who is missing from it, nobody can say. Raises ``IntakeError``.
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
    return tree


def grouped(tree: Tree) -> list[Item]:
    """The files of a class by the first part of their paths, which is the student's."""
    items: dict[str, Item] = {}
    for file in tree.files:
        name, *rest = file.path.parts
        if not rest:
            items[name] = Item(name, file=file)
            continue
        item = items.setdefault(name, Item(name, folder=Tree()))
        if isinstance(item.folder, Tree):
            item.folder.files.append(replace(file, path=PurePosixPath(*rest)))
    for where, sentence in tree.notes:
        whose = next((part for part in PurePosixPath(where).parts if part in items), None)
        if whose and isinstance(inside := items[whose].folder, Tree):
            inside.note(where.partition(f"{whose}/")[2], sentence)
    return [items[name] for name in sorted(items)]
