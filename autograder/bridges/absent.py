"""Who should have handed in, by a school's list, and did not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.bridges.canvas import Gradebook
from autograder.bridges.moodle import Worksheet
from autograder.bridges.roster import Person, match
from autograder.bridges.sheet import Sheet, SheetError
from autograder.messages import _

KINDS = ("moodle", "canvas", "sid", "mail")
# Headings of a list that is neither Moodle's nor Canvas's.
NAMES = ("student", "name", "full name", "student name")


def absent(path: Path, people: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The names on a list whose work is not there. people: who handed in, and who they are elsewhere.

    Raises ``SheetError``.
    """
    listed = roster(path)
    identities = {student: [ids[kind] for kind in KINDS if kind in ids] for student, ids in people.items()}
    return match(list(people), listed, identities).absent


def roster(path: Path) -> list[Person]:
    """The people of a list: Moodle's worksheet, Canvas's gradebook, or a CSV with a column of names."""
    sheet = Sheet.read(path)
    for kind in (Worksheet, Gradebook):
        try:
            return kind(sheet, path).people()
        except SheetError:
            continue
    header = [name.casefold() for name in sheet.header]
    column = next((header.index(name) for name in NAMES if name in header), None)
    if column is None:
        text = _("{path} is no list of students: it needs a column 'student'.")
        raise SheetError(text.format(path=path))
    people = []
    for row in range(1, len(sheet.rows)):
        cells = [cell.value.strip() for cell in sheet.rows[row]]
        name = sheet.value(row, column).strip()
        if name:
            people.append(Person(row, tuple(c for c in cells if c), (name,)))
    return people
