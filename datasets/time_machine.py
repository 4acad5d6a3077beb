"""The Time Machine by H. G. Wells (1895), in 27 symbols, where there is a copy of it.

The text is in the public domain. The copy that *Dive into Deep Learning* works with is the file ``timemachine.txt``.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.datasets import encode

if TYPE_CHECKING:
    from torch import Tensor

FILE = "timemachine.txt"


def find(folder: str | Path | None = None) -> Path | None:
    """The file in ``folder``, else in ``$KATA_DATA``, else in ~/.cache/torchkata: there, or in ``time_machine`` below;
    None if it is nowhere."""
    given = [Path(place) for place in (folder, os.environ.get("KATA_DATA")) if place]
    places = [*given, Path.home() / ".cache" / "torchkata"]
    files = (path / FILE for place in places for path in (place, place / "time_machine"))
    return next((path.resolve() for path in files if path.is_file()), None)


def load(folder: str | Path | None = None) -> Tensor:
    """The whole book: (N,) int64 symbols, some 170,000.

    Raises FileNotFoundError when there is no copy, ValueError when it is no text; each in a sentence.
    """
    path = find(folder)
    if path is None:
        raise FileNotFoundError(
            f"The Time Machine is not on this machine: set KATA_DATA to the folder that holds {FILE}."
        )
    return _read(path)


@cache
def _read(path: Path) -> Tensor:
    try:
        symbols = encode(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read as a text ({error}): put a whole copy there.") from error
    if len(symbols) < 100_000:
        raise ValueError(
            f"{path} holds {len(symbols)} letters and spaces, and the book has some 170,000: it is damaged."
        )
    return symbols
