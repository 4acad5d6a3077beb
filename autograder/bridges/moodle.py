"""Moodle: fills the offline grading worksheet and makes the zip of feedback files.

Moodle writes the worksheet in the language of whoever downloads it, in a fixed order of columns: identifier, name,
fields of the user, status, grade, maximum grade, whether it can be changed, times, comments. So columns are found by
what stands in them; headings only decide where that leaves a choice.
"""

from __future__ import annotations

import html as markup
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from autograder.bridges.class_marks import Marks
from autograder.bridges.roster import Matching, Person, match
from autograder.bridges.sheet import Sheet, SheetError, fill
from autograder.messages import _
from autograder.report.said import one_line, said
from autograder.results import Status

IDENTIFIER = re.compile(r"(?P<word>\D*?)(?P<number>\d+)")
# Moodle's words in the languages of its larger sites: English, German, French, Spanish, Italian, Portuguese, Dutch,
# Catalan, Swedish, Polish, Turkish, Russian, Japanese, simplified and traditional Chinese.
GRADE = {
    *("grade", "bewertung", "note", "calificación", "valutazione", "nota", "avaliação", "cijfer", "beoordeling"),
    *("qualificació", "betyg", "ocena", "not", "оценка", "評点", "評定", "成绩", "成績", "评分"),
}
TEAM = {
    "group",
    "gruppe",
    "groupe",
    "grupo",
    "gruppo",
    "groep",
    "grup",
    "grupp",
    "grupa",
    "группа",
    "グループ",
    "小组",
    "群組",
}
YES = {"yes", "ja", "oui", "sí", "si", "sì", "sim", "tak", "evet", "да", "はい", "是"}
NO = {"no", "nein", "non", "não", "nee", "nej", "nie", "hayır", "нет", "いいえ", "否"}
MONTHS = (
    ("january", "jan", "januar", "januari", "jänner", "janvier", "enero", "gennaio", "janeiro", "gener"),
    ("february", "feb", "februar", "februari", "février", "febrero", "febbraio", "fevereiro", "febrer"),
    ("march", "mar", "märz", "maart", "mars", "marzo", "março", "març"),
    ("april", "apr", "avril", "abril", "aprile"),
    ("may", "mai", "mei", "maj", "mayo", "maggio", "maio", "maig"),
    ("june", "jun", "juni", "juin", "junio", "giugno", "junho", "juny"),
    ("july", "jul", "juli", "juillet", "julio", "luglio", "julho", "juliol"),
    ("august", "aug", "augustus", "augusti", "août", "agosto", "agost"),
    ("september", "sep", "sept", "septembre", "septiembre", "settembre", "setembro", "setembre"),
    ("october", "oct", "oktober", "octobre", "octubre", "ottobre", "outubro"),
    ("november", "nov", "novembre", "noviembre", "novembro"),
    ("december", "dec", "dezember", "décembre", "diciembre", "dicembre", "dezembro", "desembre"),
)
MONTH_NUMBERS = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
CLOCK = re.compile(r"(上午|下午)?\s*\b(\d{1,2})[:h](\d{2})(?::(\d{2}))?\s*([ap]\.?\s?m\b)?")
KINDS = ("moodle", "sid", "mail")
OURS = '<div class="torchkata">'
MAX_SAID = 400


@dataclass
class Filled:
    """What was done, and what a person should look at. people: names and participant numbers of those whose work it
    is, by student."""

    changed: int = 0
    comments: int = 0
    kept: int = 0
    left: list[str] = field(default_factory=list)
    unmatched: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    people: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    most: float = 0.0
    has_comments: bool = True


class Worksheet:
    """What the columns of an offline grading worksheet mean."""

    def __init__(self, sheet: Sheet, path: Path) -> None:
        """Raises ``SheetError`` where it is none."""
        self.sheet = sheet
        self.path = path
        self.rows = [row for row in range(1, len(sheet.rows)) if any(cell.value.strip() for cell in sheet.rows[row])]
        if not self.rows or not all(IDENTIFIER.fullmatch(sheet.value(row, 0).strip()) for row in self.rows):
            self._refuse()
        width = len(sheet.header)
        allowed = [c for c in range(2, width) if self._all(c, lambda v: v.casefold() in YES | NO)]
        grades = [c for c in range(1, width - 2) if sheet.header[c].casefold() in GRADE]
        if not allowed:
            self._refuse()
        self.allowed = allowed[0]
        # The maximum stands behind the grade, a workflow's state perhaps behind the maximum.
        before = range(1, self.allowed - 1)
        likely = [c for c in before if self._numbers(c, empty=True) and self._constant(c + 1)]
        self.grade = next((c for c in grades if c < self.allowed), likely[-1] if likely else -1)
        if self.grade < 0:
            self._refuse()
        self.most = number(sheet.value(self.rows[0], self.grade + 1)) or 0.0
        if not self._constant(self.grade + 1):
            text = _("{path} belongs to an assignment that is marked in words: only points can be filled in.")
            raise SheetError(text.format(path=path))
        times = [c for c in range(self.allowed + 1, width) if self._all(c, _is_time)]
        self.submitted = self.allowed + 1 if len(times) > 1 and times[0] == self.allowed + 1 else -1
        self.comments = times[-1] + 1 if times and times[-1] + 1 < width else -1

    @classmethod
    def read(cls, path: Path) -> Worksheet:
        return cls(Sheet.read(path), path)

    def _refuse(self) -> None:
        text = _(
            "{path} is not a Moodle grading worksheet: choose 'Download grading worksheet' in the assignment in Moodle"
            " and give that file."
        )
        raise SheetError(text.format(path=self.path))

    def _values(self, column: int) -> list[str]:
        return [self.sheet.value(row, column).strip() for row in self.rows]

    def _all(self, column: int, test: Any) -> bool:
        return all(test(value) for value in self._values(column))

    def _numbers(self, column: int, empty: bool = False) -> bool:
        return self._all(column, lambda v: number(v) is not None or (empty and v in ("", "-")))

    def _constant(self, column: int) -> bool:
        """Whether it can be the maximum grade: the same positive number in every line."""
        values = set(self._values(column))
        return len(values) == 1 and (number(values.pop()) or 0) > 0

    def people(self) -> list[Person]:
        """Every line with its number, name, and what stands before the status: mail, login, number."""
        people = []
        for row in self.rows:
            cells = [self.sheet.value(row, column).strip() for column in range(self.grade)]
            identifiers = (cells[0], self.participant(row), *cells[2:])
            people.append(Person(row, tuple(filter(None, identifiers)), (cells[1],) if len(cells) > 1 else ()))
        return people

    def participant(self, row: int) -> str:
        found = IDENTIFIER.fullmatch(self.sheet.value(row, 0).strip())
        return found["number"] if found else ""

    def may_change(self, row: int) -> bool:
        return self.sheet.value(row, self.allowed).strip().casefold() in YES

    def match(
        self,
        students: Sequence[str],
        identities: Mapping[str, Sequence[str]],
        groups: Mapping[str, Sequence[str]] | None = None,
    ) -> Matching:
        """Where students hand in as teams, the others of a team have the row of the one who did."""
        found = match(students, self.people(), identities, groups)
        taken = {row for _student, row in found.places}
        for student, row in found.rows.items():
            if team := self._team(row):
                its = [other for other in self.rows if other not in taken and self._team(other) == team]
                found.members.setdefault(student, []).extend(its)
                taken.update(its)
        there = {self.sheet.value(row, 1).strip() for row in taken}
        found.absent = [name for name in found.absent if name not in there]
        return found

    def _team(self, row: int) -> str:
        column = next((c for c in range(1, self.grade) if self.sheet.header[c].casefold() in TEAM), None)
        return "" if column is None else self.sheet.value(row, column).strip()

    def written(self, value: float) -> str:
        comma = "," in self.sheet.value(self.rows[0], self.grade + 1)
        return f"{value:.2f}".replace(".", "," if comma else ".")

    def times(self, identities: Mapping[str, Sequence[str]], zone: tzinfo) -> dict[str, datetime]:
        """When students handed in, as the worksheet tells in the time of zone; those it does not know are left out."""
        found = {}
        for student, row in self.match(list(identities), identities).rows.items():
            moment = _date(self.sheet.value(row, self.submitted)) if self.submitted >= 0 else None
            if moment is not None:
                found[student] = moment.replace(tzinfo=zone)
        return found


def fill_worksheet(path: Path, target: Path, marks: Marks, known: Mapping[str, Sequence[str]]) -> Filled:
    """Writes the worksheet with grades and comments to target, marks scaled to its maximum.

    known: students by an identifier that the instructor gave. Raises ``SheetError``.
    """
    done = Filled()

    def change(sheet: Sheet) -> None:
        work = Worksheet(sheet, path)
        done.most, done.has_comments = work.most, work.comments >= 0
        found = work.match(marks.students, marks.identities(KINDS, known), known)
        done.unmatched, done.absent = found.unmatched, found.absent
        for student, row in found.places:
            _put(work, row, student, marks, done)

    fill(path, target, change)
    return done


def _put(work: Worksheet, row: int, student: str, marks: Marks, done: Filled) -> None:
    mark, sheet = marks.mark(student), work.sheet
    if not work.may_change(row):
        done.left.append(_("{student}: Moodle says that this grade cannot be changed").format(student=student))
        return
    who = sheet.value(row, 1).strip() if work.grade > 2 else "", work.participant(row)
    done.people.setdefault(student, []).append(who)
    if mark is None:
        done.left.append(_("{student}: part of it is not graded, a person must look").format(student=student))
        return
    value = round(mark.scaled(work.most), 2)
    if value > work.most:
        # Moodle passes over a grade above the maximum without a word.
        text = _("{student}: {value:g} is more than Moodle accepts; {most:g} was filled in")
        done.left.append(text.format(student=student, value=value, most=work.most))
        value = work.most
    if number(sheet.value(row, work.grade)) == value:
        done.kept += 1
    else:
        done.changed += sheet.put(row, work.grade, work.written(value))
    if work.comments >= 0:
        before = sheet.value(row, work.comments).strip()
        if before and not before.startswith(OURS):
            done.left.append(_("{student}: there is a comment already, which was kept").format(student=student))
        else:
            done.comments += sheet.put(row, work.comments, comment(marks.results[student], mark.why))


def comment(submission: Mapping[str, Any], final: str = "") -> str:
    """What a student reads beside the grade. Moodle takes it as HTML: what a submission brought in is escaped.

    final: the mark that counts, and why it is not the raw one.
    """
    items = []
    for exercise in submission["exercises"]:
        text = _("{name}: {score:g} of {most:g}")
        name = exercise["id"].split("/")[1]
        mark = markup.escape(text.format(name=name, score=exercise["score"], most=exercise["max_score"]))
        wrong = [said(check) for check in exercise["checks"] if check["status"] != Status.PASSED]
        wrong = [told for told in wrong if not told.hidden]
        why = next((told.diagnosis for told in wrong if told.diagnosis), wrong[0].message if wrong else "")
        if why:
            mark += "<br>" + markup.escape(one_line(why, MAX_SAID))
        for text in exercise.get("left_out", []):
            mark += "<br>" + markup.escape(one_line(text, MAX_SAID))
        items.append(f"<li>{mark}</li>")
    head = f"<p>{markup.escape(one_line(final, MAX_SAID))}</p>" if final else ""
    return f"{OURS}{head}<ul>{''.join(items)}</ul></div>"


def write_feedback(target: Path, marks: Marks, people: Mapping[str, Sequence[tuple[str, str]]]) -> list[str]:
    """Writes the zip of feedback files: each student's page of the report. Returns the students without one."""
    from autograder.report.html import PAGES, page_names

    missing = []
    pages = dict(zip(marks.students, page_names(marks.students), strict=True))
    partial = target.with_name(f".{target.name}.partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for student, members in people.items():
                try:
                    page = (marks.folder / PAGES / pages[student]).read_bytes()
                except OSError:
                    missing.append(student)
                    continue
                for name, participant in members:
                    # Moodle splits at underscores: name, number, kind of plugin, plugin, file.
                    shown = re.sub(r"[^\w .,'-]|_", " ", name).strip() or "Participant"
                    archive.writestr(f"{shown}_{participant}_assignsubmission_file_/report.html", page)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        text = _("{path} cannot be written: {reason}.")
        raise SheetError(text.format(path=target, reason=error.strerror)) from None
    return missing


def number(text: str) -> float | None:
    """A number with a decimal point or comma; None if it is none."""
    text = text.strip().replace(",", ".")
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _date(text: str) -> datetime | None:
    """A time as Moodle writes it in one of its languages, without its zone; None if it is none."""
    words = text.strip().casefold()
    clock = CLOCK.search(words)
    if clock is None:
        return None
    hour, minute, second = int(clock[2]), int(clock[3]), int(clock[4] or 0)
    if half := (clock[1] or clock[5] or "").strip():
        hour = hour % 12 + (12 if half[0] in "p下" else 0)
    day = words[: clock.start()] + " " + words[clock.end() :]
    east = re.search(r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})", day)
    west = re.search(r"\b(\d{1,2})\.?\s+(?:de\s+)?([^\W\d]+)\.?,?\s+(?:de\s+)?(\d{4})\b", day)
    dots = re.search(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", day)
    try:
        if dots:
            return datetime(int(dots[3]), int(dots[2]), int(dots[1]), hour, minute, second)
        if east:
            return datetime(int(east[1]), int(east[2]), int(east[3]), hour, minute, second)
        if west and west[2] in MONTH_NUMBERS:
            return datetime(int(west[3]), MONTH_NUMBERS[west[2]], int(west[1]), hour, minute, second)
    except ValueError:
        return None
    return None


def _is_time(text: str) -> bool:
    """Whether it stands for a time, also in a language whose months are not known here."""
    return text == "-" or bool(re.search(r"\d{4}", text) and CLOCK.search(text.casefold()))
