"""What a learner has done so far: a small text file in the kit's ``.kata`` folder, which a person can read."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import msgspec

from autograder import catalog


class State(msgspec.Struct):
    """Of one exercise: the last result with the hash of the file it is of, the checks that failed, hints seen."""

    status: str = ""
    score: float = 0.0
    max_score: float = 0.0
    source: str = ""
    failed: list[str] = []
    hints: int = 0


def _path() -> Path:
    return catalog.kit_root() / ".kata" / "progress.json"


def load() -> dict[str, State]:
    """The states by exercise id; an unreadable file counts as none."""
    try:
        return msgspec.json.decode(_path().read_bytes(), type=dict[str, State])
    except (OSError, msgspec.DecodeError):
        return {}


def save(states: dict[str, State]) -> None:
    """Keeps the states; a folder that cannot be written costs only the memory of them."""
    try:
        _path().parent.mkdir(parents=True, exist_ok=True)
        partial = _path().with_suffix(".partial")
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(states), indent=1))
        partial.replace(_path())
    except OSError:
        pass


def digest(id: str) -> str:
    """The hash of an exercise's file as it stands; empty if there is none."""
    try:
        return hashlib.sha256(catalog.exercise_file(id).read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def back_up(id: str) -> Path | None:
    """Copies an exercise's file aside before it is overwritten; returns where."""
    path = catalog.exercise_file(id)
    if not path.exists():
        return None
    folder = catalog.kit_root() / ".kata" / "backup"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{id.replace('/', '.')}.{time.strftime('%Y-%m-%d.%H-%M-%S')}"
    copy = folder / f"{name}.py"
    number = 1
    while copy.exists():
        number += 1
        copy = folder / f"{name}.{number}.py"
    copy.write_bytes(path.read_bytes())
    return copy
