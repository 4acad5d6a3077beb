"""Canvas: fills the gradebook that the instructor exported. Only cells with another mark than before are changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.bridges.class_marks import Mark, Marks
from autograder.bridges.roster import Person, match
from autograder.bridges.sheet import Sheet, SheetError, fill
from autograder.messages import _

ASSIGNMENT = re.compile(r"\s*\((\d+)\)\s*$")
HEADINGS = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE)
IDENTIFIERS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
LOCKED = ("EX", "N/A")
NUMBER = re.compile(r"-?\d[\d.,]*%?")
TOTALS = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)")


@dataclass
class Filled:
    """What was done: cells changed, cells with the right mark already, and what a person should look at."""

    changed: int = 0
    kept: int = 0
    replaced: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unmatched: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    scaled: list[str] = field(default_factory=list)


def fill_gradebook(
    gradebook: Path,
    target: Path,
    marks: Marks,
    columns: Sequence[tuple[str, Sequence[str]]],
    known: Mapping[str, Sequence[str]],
) -> Filled:
    """Writes the gradebook with marks in it to target.

    columns: titles of assignments, each with the exercises whose points it gets (none: all of them). With no column
    at all, the only assignment of the gradebook gets the total. known: students by an identifier that the instructor
    gave. Raises ``SheetError``.
    """
    done = Filled()

    def change(sheet: Sheet) -> None:
        book = Gradebook(sheet, gradebook)
        chosen = [(book.column(title), ids) for title, ids in columns] or [(book.only_assignment(), ())]
        if len({column for column, _ids in chosen}) < len(chosen):
            raise SheetError(_("Two of the assignments are the same column."))
        found = match(marks.students, book.people(), marks.identities(("canvas", "sid", "mail"), known), known)
        done.unmatched, done.absent = found.unmatched, found.absent
        for column, ids in chosen:
            for student, row in found.places:
                _put(book, row, column, student, marks.mark(student, ids), done)

    fill(gradebook, target, change)
    return done


def _put(book: Gradebook, row: int, column: int, student: str, mark: Mark | None, done: Filled) -> None:
    before, title = book.sheet.value(row, column).strip(), book.sheet.header[column]
    if mark is None:
        done.left.append(_("{student}: part of it is not graded, a person must look").format(student=student))
    elif before.upper() in LOCKED:
        done.left.append(_("{student}: {title} says {value}").format(student=student, title=title, value=before))
    else:
        most = book.most(column)
        value = round(mark.scaled(most), 2)
        if most and mark.max_score and most != mark.max_score:
            text = _("{title}: {given:g} points here are {most:g} there")
            note = text.format(title=title, given=mark.max_score, most=most)
            if note not in done.scaled:
                done.scaled.append(note)
        if _number(before) == value:
            done.kept += 1
            return
        book.sheet.put(row, column, book.written(value))
        done.changed += 1
        if before not in ("", "-"):
            text = _("{student}: {before} -> {after}")
            done.replaced.append(text.format(student=student, before=before, after=book.written(value)))


class Gradebook:
    """What Canvas's columns and rows mean."""

    def __init__(self, sheet: Sheet, path: Path) -> None:
        self.sheet = sheet
        self.path = path
        header = sheet.header
        self._apart = header[:2] == ["LastName", "FirstName"]
        named = self._apart or (header[:1] == ["Student"])
        if not named or "ID" not in header or "Section" not in header:
            text = _("{path} is not a Canvas gradebook: export it from Canvas (Grades, Export) and give that file.")
            raise SheetError(text.format(path=path))
        self._first = header.index("Section") + 1
        rows = range(1, len(sheet.rows))
        self._points_row = next((row for row in rows if "Points Possible" in sheet.value(row, 0)), None)
        cells = [cell.value for row in sheet.rows[1:] for cell in row[self._first :]]
        self._comma = any(re.fullmatch(r"\d+,\d{1,2}", c) for c in cells) and not any(
            re.fullmatch(r"\d+\.\d{1,2}", c) for c in cells
        )

    def people(self) -> list[Person]:
        header = self.sheet.header
        places = [header.index(name) for name in IDENTIFIERS if name in header]
        people = []
        for row in range(1, len(self.sheet.rows)):
            cells = [cell.value for cell in self.sheet.rows[row]]
            if row == self._points_row or all(HEADINGS.fullmatch(c) for c in cells):
                continue
            name = f"{cells[0]}, {cells[1]}" if self._apart and len(cells) > 1 else cells[0]
            identifiers = tuple(self.sheet.value(row, place) for place in places)
            people.append(Person(row, identifiers, (name,)))
        return people

    def column(self, wanted: str) -> int:
        """The column of an assignment: by its whole heading, its number, or its title."""
        header = self.sheet.header
        places = range(self._first, len(header))
        number = re.fullmatch(r"\(?(\d+)\)?", wanted.strip())
        for fits in (
            lambda h: h == wanted.strip(),
            lambda h: number and (found := ASSIGNMENT.search(h)) and found[1] == number[1],
            lambda h: ASSIGNMENT.sub("", h) == wanted.strip(),
        ):
            found = [place for place in places if fits(header[place])]
            if len(found) > 1:
                text = _("{path} has more than one assignment {title!r}: write its number too, as in {example!r}.")
                raise SheetError(text.format(path=self.path, title=wanted, example=header[found[0]]))
            if found:
                if self._read_only(found[0]):
                    text = _("{title!r} cannot be changed in Canvas: it is computed there.")
                    raise SheetError(text.format(title=wanted))
                return found[0]
        text = _("{path} has no assignment {title!r}. It has: {titles}.")
        raise SheetError(text.format(path=self.path, title=wanted, titles=self._assignments()))

    def only_assignment(self) -> int:
        open_columns = [
            place
            for place in range(self._first, len(self.sheet.header))
            if ASSIGNMENT.search(self.sheet.header[place]) and not self._read_only(place)
        ]
        if len(open_columns) != 1:
            text = _("Say with --assignment which column gets the marks. {path} has: {titles}.")
            raise SheetError(text.format(path=self.path, titles=self._assignments()))
        return open_columns[0]

    def most(self, column: int) -> float:
        """The points that an assignment gives; 0 where the file does not say."""
        if self._points_row is None:
            return 0.0
        return _number(self.sheet.value(self._points_row, column)) or 0.0

    def written(self, value: float) -> str:
        return f"{value:.2f}".replace(".", "," if self._comma else ".")

    def _read_only(self, column: int) -> bool:
        if TOTALS.search(self.sheet.header[column]) and not ASSIGNMENT.search(self.sheet.header[column]):
            return True
        # Canvas translates the words '(read only)': what stands there in place of points is no number.
        said = self.sheet.value(self._points_row, column).strip() if self._points_row is not None else ""
        return bool(said) and _number(said) is None

    def _assignments(self) -> str:
        header = self.sheet.header
        titles = [header[c] for c in range(self._first, len(header)) if not self._read_only(c) and header[c]]
        return ", ".join(repr(title) for title in titles) or _("none")


def _number(text: str) -> float | None:
    """A number as Canvas reads it: the last point or comma is the decimal one."""
    if not NUMBER.fullmatch(text.strip()):
        return None
    whole, _point, decimals = re.sub("[.,](?=.*[.,])", "", text.strip().rstrip("%")).replace(",", ".").partition(".")
    return float(f"{whole}.{decimals or 0}")
