"""notes.csv: what became of every file of a class, and what else a person should know, one line for each."""

from __future__ import annotations

import codecs
import csv
import tempfile
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path

from autograder.files import write_atomically
from autograder.intake.model import UNREAD, Submission
from autograder.tables import GUARDED, cell

NAME = "notes.csv"
HEAD = ("student", "file", "what", "why")
NOTE, LOOK, UNGRADED, NOTHING = "note", "a person should look", "not graded yet", "nothing handed in"

Row = tuple[str, str, str, str]


class Notes:
    """Lines as they come, kept on disk: the memory does not grow with the class."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace", newline="")  # noqa: SIM115
        self._writer = csv.writer(self._file, lineterminator="\n")

    def add(self, *row: str) -> None:
        self._writer.writerow([cell(text) for text in row])

    def account(self, submission: Submission) -> None:
        """The lines of one student."""
        student = submission.student
        if submission.unreadable:
            self.add(student, "", UNREAD, submission.unreadable)
        for row in submission.files:
            self.add(student, row.file, row.what, row.why)
        said = {row.why for row in submission.files}
        for note in submission.notes:
            if note not in said:
                self.add(student, "", NOTE, note)
        for flag in submission.flags:
            self.add(student, "", LOOK, flag)

    def write(self, folder: Path) -> None:
        """Raises ``OSError``."""
        self._file.seek(0)
        head = codecs.BOM_UTF8 + f"{','.join(HEAD)}\n".encode()
        write_atomically(folder / NAME, chain([head], self._pieces()))

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._file.read(1 << 16):
            yield piece.encode("utf-8", "replace")

    def close(self) -> None:
        self._file.close()


def read(folder: Path, without: Collection[str] = ()) -> Iterator[Row]:
    """The lines of a folder's notes.csv, if it has one; without those of some students."""
    try:
        with (folder / NAME).open(encoding="utf-8-sig", newline="") as file:
            for row in list(csv.reader(file))[1:]:
                student, path, what, why = (text[1:] if text[:2] in GUARDED else text for text in row)
                if student not in without:
                    yield student, path, what, why
    except (OSError, ValueError, csv.Error):
        return


def joined(folders: Sequence[Path], out: Path) -> None:
    """The notes of parts that were graded apart, without doubles. Raises ``OSError``."""
    notes = Notes()
    try:
        rows = dict.fromkeys(row for folder in folders for row in read(folder))
        for row in sorted(rows, key=lambda row: row[0]):
            notes.add(*row)
        notes.write(out)
    finally:
        notes.close()
