"""Errors that are a sentence: what a person reads in place of a traceback, and the status that a command ends with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.messages import _

# How a command ends: something is wrong with the work, the command cannot be followed, the kit itself is at fault.
WRONG, USAGE, FAULT = 1, 2, 70


class KitError(Exception):
    """Ends a command with one clear sentence."""

    status = USAGE

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        if status is not None:
            self.status = status


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Around imports of what comes with an extra: without it, the sentence says how to get it."""
    try:
        yield
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] == "autograder":
            raise
        text = _("This needs {name}: pip install 'torchkata[{extra}]'.")
        raise KitError(text.format(name=error.name, extra=extra)) from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Around the writing of a file or folder: where it cannot be written, the sentence says why."""
    try:
        yield
    except OSError as error:
        text = _("{path} cannot be written: {reason}.")
        raise KitError(text.format(path=path, reason=error.strerror or error)) from None
