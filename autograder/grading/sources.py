"""Intake: from a folder of submissions to sources. Nothing is executed, no link is followed, every size has a cap."""

from __future__ import annotations

import codecs
import difflib
import hashlib
import io
import os
import stat
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.messages import _

MAX_SOURCE = 1 << 20
MAX_FILES = 5000
MAX_DEPTH = 6
IGNORED = {"__pycache__", ".git", ".ipynb_checkpoints", ".venv", "node_modules", "__MACOSX"}


class IntakeError(ValueError):
    """There is nothing to grade; the message is a sentence for the person at the command line."""


@dataclass(frozen=True)
class Source:
    """What was handed in for one exercise: its text, or the ``problem`` with it.

    unreadable: the file could not be read, which is not the student's fault.
    """

    filename: str
    text: str = ""
    problem: str = ""
    unreadable: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.filename}\0{self.text}\0{self.problem}".encode()).hexdigest()


@dataclass
class Submission:
    """One student's folder: sources by exercise id, and what a person should know about the rest."""

    student: str
    sources: dict[str, Source] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unreadable: str = ""


def read_class(folder: Path, ids: Iterable[str]) -> list[Submission]:
    """The submissions in a folder, one a student, by name. Raises ``IntakeError``."""
    ids = list(ids)
    if not folder.exists():
        raise IntakeError(_("There is no folder {folder}.").format(folder=folder))
    if not folder.is_dir():
        text = _("{folder} is a file: give the folder that holds one folder for each student.")
        raise IntakeError(text.format(folder=folder))
    try:
        children = sorted(folder.iterdir(), key=lambda p: p.name)
    except OSError as error:
        text = _("{folder} cannot be read: {reason}.")
        raise IntakeError(text.format(folder=folder, reason=error.strerror)) from None
    chapters = {id.split("/")[0] for id in ids}
    if any(child.name in chapters or child.name == "exercises" for child in children if child.is_dir()):
        text = _("{folder} looks like the folder of one student: give the folder that holds it.")
        raise IntakeError(text.format(folder=folder))
    found = [_read_student(c, ids) for c in children if _is_student(c)]
    if not found:
        text = _("{folder} is empty: it should hold one folder for each student.")
        raise IntakeError(text.format(folder=folder))
    return found


def _is_student(path: Path) -> bool:
    if path.name in IGNORED or path.name.startswith("."):
        return False
    return path.is_dir() or path.is_symlink()


def _read_student(folder: Path, ids: list[str]) -> Submission:
    submission = Submission(folder.name.encode("utf-8", "replace").decode())
    if folder.is_symlink():
        submission.notes.append(_("the folder is a symbolic link and was not followed"))
        return submission
    try:
        files = _walk(folder)
    except OSError as error:
        submission.unreadable = _("the folder cannot be read: {reason}").format(reason=error.strerror)
        return submission
    used = set()
    for id in ids:
        path = _locate(files, id)
        if path is not None:
            used.add(path)
            submission.sources[id] = read_source(folder / path)
            if path.parts[-2:] != tuple(f"{id}.py".split("/")):
                submission.notes.append(_("{id} was found at {path}").format(id=id, path=path))
    submission.notes += _leftovers(files, used, ids)
    return submission


def _walk(folder: Path) -> list[Path]:
    """Relative paths of all files below, links left out; at most ``MAX_FILES``."""
    found: list[Path] = []
    os.scandir(folder).close()  # an unreadable folder is an error; an unreadable one inside is only not there
    for top, folders, names in os.walk(folder, followlinks=False):
        depth = len(Path(top).relative_to(folder).parts)
        folders[:] = sorted(d for d in folders if d not in IGNORED and not d.startswith(".") and depth < MAX_DEPTH)
        for name in sorted(names):
            found.append(Path(top).relative_to(folder) / name)
            if len(found) >= MAX_FILES:
                return found
    return found


def _locate(files: list[Path], id: str) -> Path | None:
    """Where an exercise lies: at its place, in a folder of its chapter anywhere, or alone under its name."""
    chapter, name = id.split("/")
    canonical = [Path(chapter, f"{name}.py"), Path("exercises", chapter, f"{name}.py")]
    for path in canonical:
        if path in files:
            return path
    nested = [p for p in files if p.parts[-2:] == (chapter, f"{name}.py")]
    if nested:
        return min(nested, key=lambda p: (len(p.parts), p))
    alone = [p for p in files if p.name == f"{name}.py"]
    return alone[0] if len(alone) == 1 else None


def _leftovers(files: list[Path], used: set[Path], ids: list[str]) -> list[str]:
    """Python files that were not graded, with what they may have been meant for."""
    names = {f"{id.split('/')[1]}.py": id for id in ids}
    notes = []
    for path in files:
        if path in used or path.suffix.lower() not in (".py", ".ipynb") or path.name == "__init__.py":
            continue
        near = difflib.get_close_matches(path.name.lower(), names, n=1, cutoff=0.8)
        if near and near[0] != path.name:
            text = _("{path} was not graded: is it meant for {id}?")
            notes.append(text.format(path=path, id=names[near[0]]))
        else:
            notes.append(_("{path} was not graded").format(path=path))
    return notes[:20]


def read_source(path: Path) -> Source:
    """The text of a solution file, or what is wrong with it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        if path.is_symlink():
            linked = _("the file is a symbolic link, which is not followed: hand in the file itself")
            return Source(path.name, problem=linked)
        reason = _("the file cannot be read: {reason}").format(reason=error.strerror)
        return Source(path.name, problem=reason, unreadable=True)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return Source(path.name, problem=_("this is not a regular file"))
    with open(descriptor, "rb") as file:
        if status.st_size > MAX_SOURCE:
            text = _("the file is {size:.1f} MB large; more than {limit} MB is not read")
            return Source(path.name, problem=text.format(size=status.st_size / 1e6, limit=MAX_SOURCE >> 20))
        try:
            content = file.read(MAX_SOURCE + 1)
        except OSError as error:
            reason = _("the file cannot be read: {reason}").format(reason=error.strerror)
            return Source(path.name, problem=reason, unreadable=True)
    return decode_source(path.name, content)


def decode_source(filename: str, content: bytes) -> Source:
    """Source text in the encoding that the file declares (UTF-8 if none), as Python itself reads it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Source(filename, problem=_("the file is saved as UTF-16: save it as UTF-8"))
    if b"\0" in content:
        return Source(filename, problem=_("the file has NUL bytes in it: it is not Python text"))
    try:
        encoding, _lines = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except SyntaxError:
        return Source(filename, problem=_("the file is not UTF-8 and does not say what else it is: save it as UTF-8"))
    except (UnicodeDecodeError, LookupError):
        return Source(filename, problem=_("the file is not in the encoding it should be in: save it as UTF-8"))
    return Source(filename, text=text.replace("\r\n", "\n").replace("\r", "\n"))
