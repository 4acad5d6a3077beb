"""Where a line of a source is for the person who wrote it: in the file, or in a cell of the notebook it came from.

A source that was put together from cells has a mark above what it took from each; below it lines keep their places.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from functools import lru_cache

from autograder.intake.cells import MARK
from autograder.messages import _

_MARK = re.compile(rf"^{re.escape(MARK)}$".replace(r"\{number\}", r"(\d{1,6})"), re.MULTILINE)
_LINE = re.compile(r"line (\d{1,9})(?!\d)")


def line_and_cell(source: str, line: int) -> tuple[int, int]:
    """The line within its cell and the number of the code cell; the line itself and 0 in a file."""
    marks, last = _marks(source)
    above = bisect_right(marks, (min(line, last), sys.maxsize)) - 1
    return (min(line, last) - marks[above][0], marks[above][1]) if above >= 0 else (line, 0)


@lru_cache(maxsize=4)  # a traceback asks for many lines of one source
def _marks(source: str) -> tuple[list[tuple[int, int]], int]:
    """The marks of a source, each with its line and the number of its cell; and the number of the last line."""
    marks, line, at = [], 1, 0
    for found in _MARK.finditer(source):
        line += source.count("\n", at, found.start())
        at = found.start()
        marks.append((line, int(found[1])))
    return marks, line + source.count("\n", at)


def place(source: str, line: int) -> str:
    """A line in words."""
    line, cell = line_and_cell(source, line)
    return (
        _("line {line} of code cell {cell}").format(line=line, cell=cell)
        if cell
        else _("line {line}").format(line=line)
    )


def replaced(source: str, text: str) -> str:
    """A line of a traceback that begins with its number, as the runner tells it, with the place instead."""
    found = _LINE.match(text)
    return place(source, int(found[1])) + text[found.end() :] if found else text
