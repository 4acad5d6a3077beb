"""Where a line of a source is for the person who wrote it: in the file, or in a cell of the notebook it came from.

A source that was put together from cells has a mark above what it took from each; below it lines keep their places.
"""

from __future__ import annotations

import re

from autograder.grading.intake.cells import MARK
from autograder.messages import _

_MARK = re.compile(re.escape(MARK).replace(r"\{number\}", r"(\d{1,6})"))
_LINE = re.compile(r"line (\d{1,9})(?!\d)")


def line_and_cell(source: str, line: int) -> tuple[int, int]:
    """The line within its cell and the number of the code cell; the line itself and 0 in a file."""
    above = source.split("\n")[:line]
    for back, text in enumerate(reversed(above)):
        if found := _MARK.fullmatch(text):
            return back, int(found[1])
    return line, 0


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
