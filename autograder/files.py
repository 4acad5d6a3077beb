"""Writing files so that nobody ever sees a part of one, and noticing what was damaged since."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def write_atomically(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Writes a file so that a reader, or a crash, sees the old content or the new, never a part."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


class DamagedError(ValueError):
    """A file is not what was written."""


def sealed(content: bytes) -> bytes:
    """Content with its checksum before it."""
    return hashlib.sha256(content).digest() + content


def unsealed(content: bytes) -> bytes:
    """The content that was sealed. Raises ``DamagedError``."""
    digest, rest = content[:32], content[32:]
    if hashlib.sha256(rest).digest() != digest:
        raise DamagedError("the checksum does not fit")
    return rest
