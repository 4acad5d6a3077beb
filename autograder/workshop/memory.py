"""What was found of exercises at the last time: a file of ``.kata``, whose loss costs nothing but time."""

from __future__ import annotations

from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from autograder import catalog
from autograder.files import write_atomically

T = TypeVar("T", bound=msgspec.Struct)


class Memory(Generic[T]):
    """Findings by exercise id, of one kind, in the file of that name."""

    def __init__(self, name: str, kind: type[T]) -> None:
        self._name = name
        self._kind = kind

    def _path(self) -> Path:
        return catalog.kit_root() / ".kata" / self._name

    def load(self) -> dict[str, T]:
        """Everything that is remembered; an unreadable file counts as none."""
        try:
            found: dict[str, T] = msgspec.json.decode(self._path().read_bytes(), type=dict[str, self._kind])  # type: ignore[name-defined]
        except (OSError, msgspec.DecodeError):
            return {}
        return found

    def keep(self, id: str, found: T | None) -> None:
        """Remembers what was found of an exercise, or forgets it, where the folder can be written."""
        everything = self.load()
        everything.pop(id, None)
        if found is not None:
            everything[id] = found
        try:
            self._path().parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(), msgspec.json.format(msgspec.json.encode(everything), indent=1))
        except OSError:
            pass
