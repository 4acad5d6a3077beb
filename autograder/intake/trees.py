"""The files of a submission, wherever they lie: a folder, an archive or a single file look the same from here."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from autograder.messages import _

MAX_SOURCE = 1 << 20
MAX_NOTEBOOK = 100 << 20
MAX_ARCHIVE = 256 << 20
MAX_FILES = 5000
MAX_ENTRIES = 100_000  # of a folder
MAX_DEPTH = 8
MAX_NOTES = 20
ARCHIVES = (".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".tbz2", ".txz", ".tar", ".zip")
# One file that was packed by itself: ``corr2d.py.gz`` is that file.
PACKED = (".gz", ".bz2", ".xz")
# Known, but not read: the sentence says what to do.
FOREIGN = (".tar.zst", ".rar", ".7z", ".zst", *PACKED)
IGNORED = {"__pycache__", ".git", ".ipynb_checkpoints", ".venv", "venv", "site-packages", "node_modules", "__MACOSX"}
# By a browser or an editor: the text of a notebook or a Python file under one suffix more.
ADDED = (".txt", ".json", ".download")

Read = Callable[[int], bytes]


class UnreadError(Exception):
    """A file is not read; the message is a sentence. unreadable: nobody can say that it is the student's fault.
    ours: it is none, since it is the system here that cannot read it."""

    def __init__(self, sentence: str, unreadable: bool = False, ours: bool = False) -> None:
        super().__init__(sentence)
        self.unreadable = unreadable or ours
        self.ours = ours


@dataclass(frozen=True)
class File:
    """One file: where it lies, and how to read it: ``read(limit)`` raises ``UnreadError`` beyond limit bytes.

    called: its name without what a tool put into it. version: which of several that were handed in one after another.
    """

    path: PurePosixPath
    read: Read
    modified: float = 0.0
    called: str = ""
    version: int = 0

    @property
    def name(self) -> str:
        """The file's name without a suffix that was added to ``.py`` or ``.ipynb``."""
        name = self.called or self.path.name
        for added in ADDED:
            shorter = name.removesuffix(added)
            if shorter != name and shorter.endswith((".py", ".ipynb")):
                return shorter
        return name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()

    def below(self, folder: str) -> File:
        """The same file, seen from above that folder."""
        return replace(self, path=PurePosixPath(folder) / self.path)


@dataclass
class Tree:
    """Files by path; notes on what was left out, each with where; faults: what could not be looked into, and why."""

    files: list[File] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, UnreadError]] = field(default_factory=list)

    def note(self, where: str | PurePosixPath, sentence: str) -> None:
        self.notes.append((str(where), sentence))

    def add(self, other: Tree, folder: str = "") -> None:
        """Takes in another tree, as it looks from above that folder."""
        self.files += [file.below(folder) for file in other.files] if folder else other.files
        self.notes += [(_under(folder, where), sentence) for where, sentence in other.notes]
        self.faults += [(_under(folder, where), error) for where, error in other.faults]


def _under(folder: str, where: str) -> str:
    return f"{folder}/{where}" if folder and where else folder or where


def said(notes: list[tuple[str, str]]) -> list[str]:
    """Notes as sentences; of very many only the first."""
    shown = [f"{where}: {sentence}" if where else sentence for where, sentence in notes[:MAX_NOTES]]
    return [*shown, _("and more of this kind")] if len(notes) > MAX_NOTES else shown


def limit_of(file: File) -> int:
    """How large a file of this kind may be; 0 for kinds that are never read."""
    if file.path.name.lower().endswith((*ARCHIVES, *FOREIGN)):
        return MAX_ARCHIVE
    return {".py": MAX_SOURCE, ".ipynb": MAX_NOTEBOOK, ".yml": MAX_NOTEBOOK}.get(file.suffix, 0)


def is_ignored(path: PurePosixPath) -> bool:
    """What tools leave behind: caches, environments, hidden files."""
    return any(part in IGNORED or part.startswith(".") for part in path.parts)


def on_disk(path: Path, shown: PurePosixPath | None = None) -> File:
    """A file on disk; no link is followed, nothing but a regular file is read."""
    try:
        modified = path.lstat().st_mtime
    except OSError:
        modified = 0.0
    return File(shown or PurePosixPath(path.name), lambda limit: _read(path, limit), modified)


def folder(path: Path) -> Tree:
    """The files below a folder, links in it named but not followed. Raises OSError.

    At most ``MAX_FILES`` that could be read and as many others, among the first ``MAX_ENTRIES``.
    """
    tree = Tree()
    entries = others = 0
    os.scandir(path).close()  # an unreadable folder is an error; an unreadable one inside is only not there
    for top, folders, names in os.walk(path, followlinks=False):
        here = Path(top).relative_to(path)
        for name in sorted(folders):
            inside = PurePosixPath(here, readable(name))
            if is_ignored(inside) or (Path(top) / name).is_symlink():
                folders.remove(name)
                if not is_ignored(inside):
                    tree.note(inside, _("this is a symbolic link and was not followed"))
            elif len(inside.parts) > MAX_DEPTH:
                folders.remove(name)
        folders.sort()
        entries += len(folders) + len(names)
        for name in sorted(names):
            shown = PurePosixPath(here, readable(name))
            if is_ignored(shown):
                continue
            file = on_disk(Path(top) / name, shown)
            if not limit_of(file):
                others += 1
                if others > MAX_FILES:
                    continue  # it would not be read
            elif len(tree.files) - min(others, MAX_FILES) >= MAX_FILES:
                return _cut_short(tree, MAX_FILES)
            tree.files.append(file)
        if entries > MAX_ENTRIES:
            return _cut_short(tree, MAX_ENTRIES)
    return tree


def _cut_short(tree: Tree, most: int) -> Tree:
    """Not everything was looked at: what is missing may be there."""
    text = _("there are more than {most} files: the rest was not looked at")
    tree.faults.append(("", UnreadError(text.format(most=most), unreadable=True)))
    return tree


def readable(name: str) -> str:
    """A name from disk, which is UTF-8 whatever the locale says; bytes that are no text are written out: two names stay
    two."""
    name = os.fsencode(name).decode("utf-8", "surrogateescape")
    return name.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode()


def too_large(size: int, limit: int) -> UnreadError:
    text = _("the file is {size:.1f} MB; a file over {limit} MB is not read")
    return UnreadError(text.format(size=size / 1e6, limit=limit >> 20))


def is_link() -> UnreadError:
    return UnreadError(_("the file is a symbolic link, which is not followed: hand in the file itself"))


def not_regular() -> UnreadError:
    return UnreadError(_("this is not a regular file"))


def _read(path: Path, limit: int) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        if path.is_symlink():
            raise is_link() from None
        raise _cannot(error) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise not_regular()
    with open(descriptor, "rb") as file:
        if status.st_size > limit:
            raise too_large(status.st_size, limit)
        try:
            return file.read(limit)
        except OSError as error:
            raise _cannot(error) from None


def _cannot(error: OSError) -> UnreadError:
    return UnreadError(_("the file cannot be read: {reason}").format(reason=error.strerror), ours=True)


# What an output folder of the kit's holds: it may lie in the folder of the class, and is nobody's work.
OUTPUT = (".grading.sqlite", ".grading.lock")


def handed_in(folder: Path) -> list[Path]:
    """What lies in the folder of a class, without what the kit has made there. Raises OSError."""
    own = {"report"} if _is_output(folder) else set()
    return [path for path in folder.iterdir() if path.name not in own and not (path.is_dir() and _is_output(path))]


def _is_output(folder: Path) -> bool:
    return any((folder / name).exists() for name in OUTPUT)
