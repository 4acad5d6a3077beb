"""Standard streams of a process with student code: printing never fails, and there is nothing to read."""

from __future__ import annotations

import io
import os
import sys
import warnings
from typing import Any


class _Raw(io.RawIOBase):
    """A descriptor to write to. Where nobody reads any more, or the student's code has closed it, nothing happens."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        try:
            return os.write(self._descriptor, view)
        except OSError:
            return len(view)

    def close(self) -> None:
        """Stays open, whoever lets go of what is built upon it."""


class _Buffer(io.BufferedWriter):
    def close(self) -> None:
        self.flush()


class _Text(io.TextIOWrapper):
    def close(self) -> None:
        self.flush()

    def detach(self) -> Any:
        self.flush()
        return self.buffer


def open_streams() -> None:
    """Makes standard output and standard error such streams, and standard input one that has ended."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = _Text(_Buffer(_Raw(descriptor)), "utf-8", errors="backslashreplace", line_buffering=name == "stderr")
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    warnings.simplefilter("ignore")  # what libraries have to say is nobody's answer
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BytesIO(), "utf-8")  # type: ignore[misc]
