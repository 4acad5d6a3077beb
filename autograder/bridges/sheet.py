"""A CSV file that belongs to somebody else: some cells are changed, every other byte stays as it is."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import KitError
from autograder.messages import _

DELIMITERS = ",;\t"
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SEPARATOR = re.compile(r'"?sep=([,;\t|])"?[ \t,;]*(?:\r\n|\r|\n)', re.IGNORECASE)


class SheetError(KitError):
    """The file cannot be used; the message is a sentence for the person at the command line."""


@dataclass
class Cell:
    """A cell's value, and where it stands in the text."""

    value: str
    start: int
    end: int

    @property
    def empty(self) -> bool:
        return self.value.strip() in ("", "-")


class Sheet:
    """Rows of cells. ``put`` changes one; ``to_bytes`` gives the file again."""

    def __init__(self, content: bytes) -> None:
        """Raises ``SheetError`` where the content is not CSV in UTF-8, or in UTF-16 as spreadsheets write it."""
        self._bom, self._encoding = next((m for m in MARKS if content.startswith(m[0])), (b"", "utf-8"))
        try:
            self._text = content[len(self._bom) :].decode(self._encoding)
        except UnicodeDecodeError:
            raise SheetError(_("it is not text in UTF-8: save it as 'CSV UTF-8'")) from None
        if "\0" in self._text:
            raise SheetError(_("it is not a CSV file"))
        said = SEPARATOR.match(self._text)  # a line for spreadsheets, above the table
        self.delimiter = said[1] if said else max(DELIMITERS, key=lambda d: _width(self._text, d))
        self.rows = _parse(self._text, self.delimiter, said.end() if said else 0)
        self._changes: dict[tuple[int, int], str] = {}

    @classmethod
    def read(cls, path: Path) -> Sheet:
        """The sheet in a file. Raises ``SheetError`` with its path in the sentence."""
        try:
            return cls(path.read_bytes())
        except OSError as error:
            reason = error.strerror
        except SheetError as error:
            reason = str(error)
        raise SheetError(_("{path} cannot be used: {reason}.").format(path=path, reason=reason))

    @property
    def header(self) -> list[str]:
        return [cell.value.strip() for cell in self.rows[0]] if self.rows else []

    @property
    def changed(self) -> int:
        return len(self._changes)

    def value(self, row: int, column: int) -> str:
        """The value of a cell; empty where the row is shorter."""
        cells = self.rows[row]
        return cells[column].value if column < len(cells) else ""

    def put(self, row: int, column: int, value: str) -> bool:
        """Gives a cell another value; tells whether it was another one."""
        if self.value(row, column) == value:
            return False
        self._changes[row, column] = value
        return True

    def to_bytes(self) -> bytes:
        """The file with the changed cells, and else byte by byte as it was."""
        edits = []
        added: dict[int, dict[int, str]] = {}
        for (row, column), value in self._changes.items():
            if column < len(self.rows[row]):
                cell = self.rows[row][column]
                edits.append((cell.start, cell.end, self._written(value, self._text[cell.start : cell.end])))
            else:
                added.setdefault(row, {})[column] = value
        for row, values in added.items():  # behind the last cell of a short row
            columns = range(len(self.rows[row]), max(values) + 1)
            tail = "".join(self.delimiter + self._written(values.get(column, ""), "") for column in columns)
            edits.append((self.rows[row][-1].end, self.rows[row][-1].end, tail))
        text = self._text
        for start, end, written in sorted(edits, reverse=True):
            text = text[:start] + written + text[end:]
        return self._bom + text.encode(self._encoding)

    def _written(self, value: str, old: str) -> str:
        """A value as the file writes it: in quotes where the old one was, and where it has to be."""
        if old.startswith('"') or any(c in value for c in (self.delimiter, '"', "\n", "\r")):
            return '"' + value.replace('"', '""') + '"'
        return value


def fill(path: Path, target: Path, change: Callable[[Sheet], None]) -> Sheet:
    """Reads a sheet, changes it, writes it to target. Raises ``SheetError``."""
    from autograder.files import write_atomically

    sheet = Sheet.read(path)
    change(sheet)
    try:
        write_atomically(target, sheet.to_bytes())
    except OSError as error:
        text = _("{path} cannot be written: {reason}.")
        raise SheetError(text.format(path=target, reason=error.strerror)) from None
    return sheet


def _width(text: str, delimiter: str) -> int:
    """How many columns the first lines have, if they all have as many; else 1."""
    rows = [len(row) for row in _parse(text[:20000], delimiter)[:3]]
    return rows[0] if rows and (len(set(rows[:2])) == 1 or len(rows) == 1) else 1


def _parse(text: str, delimiter: str, at: int = 0) -> list[list[Cell]]:
    """All cells from a place on, with their places. An empty line is a row of one empty cell."""
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    while at < len(text):
        start = at
        if text[at] == '"':
            at += 1
            while True:
                quote = text.find('"', at)
                if quote < 0:
                    at = len(text)
                    break
                at = quote + 1
                if text[at : at + 1] != '"':
                    break
                at += 1
        while at < len(text) and text[at] not in (delimiter, "\n", "\r"):
            at += 1
        row.append(Cell(_unquoted(text[start:at]), start, at))
        if at == len(text):
            break
        if text[at] == delimiter:
            at += 1
            if at == len(text) or text[at] in "\r\n":
                row.append(Cell("", at, at))
                if at == len(text):
                    break
            else:
                continue
        at += 2 if text.startswith("\r\n", at) else 1
        rows.append(row)
        row = []
    return [*rows, row] if row else rows


def _unquoted(raw: str) -> str:
    if not raw.startswith('"'):
        return raw
    end = raw.rfind('"')
    return raw[1:end].replace('""', '"') + raw[end + 1 :] if end else raw[1:].replace('""', '"')
