"""The marks of a graded class, as a bridge takes them from the output folder: raw, or after a policy."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.bridges.sheet import Sheet, SheetError
from autograder.files import write_atomically
from autograder.marks.finals import FINAL
from autograder.messages import _
from autograder.results import Status
from autograder.tables import GUARDED

PEOPLE = "students.json"
TOLERANCE = 1e-3  # how final.csv rounds


@dataclass(frozen=True)
class Mark:
    """why: of a mark after a policy, what made it so."""

    score: float
    max_score: float
    why: str = field(default="", compare=False)

    def scaled(self, most: float) -> float:
        """The mark where ``most`` can be reached; as it is where most says nothing."""
        return self.score / self.max_score * most if most > 0 and self.max_score > 0 else self.score


@dataclass
class Marks:
    """results: submissions by student, as in results.json. final: marks after a policy, where they are wanted.
    people: who students are elsewhere, as ``Submissions.people`` tells.
    """

    folder: Path
    results: dict[str, dict[str, Any]]
    final: dict[str, Mark] | None = None
    people: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, final: bool = False) -> Marks:
        """The marks in an output folder of ``kata grade``. Raises ``SheetError``."""
        path = folder / "results.json"
        try:
            results = {s["student"]: s for s in json.loads(path.read_bytes())["submissions"]}
        except OSError as error:
            text = _("{path} cannot be read: {reason}. Give the folder that 'kata grade' wrote to.")
            raise SheetError(text.format(path=path, reason=error.strerror)) from None
        except (ValueError, KeyError, TypeError):
            raise SheetError(_("{path} is not what 'kata grade' writes.").format(path=path)) from None
        return cls(folder, results, _final(folder / FINAL, results) if final else None, _people(folder / PEOPLE))

    @property
    def students(self) -> list[str]:
        return list(self.results)

    def identities(self, kinds: Sequence[str], known: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """What each student is known by: first what the instructor says, then what was handed in with the work."""
        found = {student: [ids[kind] for kind in kinds if kind in ids] for student, ids in self.people.items()}
        return {s: [*known.get(s, [])[:1], *found.get(s, [])] for s in self.students}

    def mark(self, student: str, ids: Collection[str] = ()) -> Mark | None:
        """The mark over some exercises, or over all; None where the grader itself failed in one of them."""
        exercises = [e for e in self.results[student]["exercises"] if not ids or e["id"] in ids]
        if any(e["status"] == "ungraded" for e in exercises):
            return None
        if self.final is not None and not ids:
            return self.final.get(student)
        return Mark(sum(e["score"] for e in exercises), sum(e["max_score"] for e in exercises))


def write_people(folder: Path, people: Mapping[str, Mapping[str, str]]) -> None:
    """Keeps beside the results who the students are elsewhere; nothing where no delivery told. Raises ``OSError``."""
    known = {student: dict(ids) for student, ids in people.items() if ids}
    if known:
        write_atomically(folder / PEOPLE, json.dumps(known, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
    else:
        (folder / PEOPLE).unlink(missing_ok=True)


def _people(path: Path) -> dict[str, dict[str, str]]:
    try:
        people: dict[str, dict[str, str]] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return people


def read_known(path: Path) -> dict[str, list[str]]:
    """The identifiers of students in the school's list: a CSV with the columns student and id, and for the work of a
    group a line for each of its members. Raises ``SheetError``."""
    sheet = Sheet.read(path)
    if not {"student", "id"} <= set(sheet.header):
        raise SheetError(_("{path} needs the columns 'student' and 'id'.").format(path=path))
    student, id = sheet.header.index("student"), sheet.header.index("id")
    pairs = [(sheet.value(row, student).strip(), sheet.value(row, id).strip()) for row in range(1, len(sheet.rows))]
    found: dict[str, list[str]] = {}
    for name, known in pairs:
        if known:
            found.setdefault(name, []).append(known)
    return found


def _final(path: Path, results: Mapping[str, Mapping[str, Any]]) -> dict[str, Mark]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = {_name(row["student"], results): row for row in csv.DictReader(file)}
        raw = {student: float(row["raw"]) for student, row in rows.items()}
        marks = {
            student: Mark(float(row["final"]), float(row["final_max"]), _why(row))
            for student, row in rows.items()
            if row["final"] != Status.UNGRADED
        }
    except OSError:
        text = _("There is no {path}: 'kata grade --policy FILE' makes it.")
        raise SheetError(text.format(path=path)) from None
    except (KeyError, ValueError, TypeError):
        raise SheetError(_("{path} is not what 'kata grade --policy' writes.").format(path=path)) from None
    if raw.keys() != results.keys() or any(abs(raw[s] - results[s]["score"]) > TOLERANCE for s in raw):
        text = _("{path} belongs to an earlier grading: run 'kata grade' with --policy again.")
        raise SheetError(text.format(path=path))
    return marks


def _why(row: Mapping[str, str]) -> str:
    """What a student is told of the way from the raw mark to the final one."""
    text = _("{final} of {most} after the course's rules, {raw} of {raw_max} before them.")
    values = {"final": row["final"], "most": row["final_max"], "raw": row["raw"], "raw_max": row["raw_max"]}
    return f"{text.format(**values)} {_plain(row.get('explained') or '')}".strip()


def _plain(text: str) -> str:
    return text[1:] if text[:2] in GUARDED else text


def _name(cell: str, students: Collection[str]) -> str:
    """The student in a cell whose text may have been marked as text for spreadsheets."""
    return cell if cell in students else _plain(cell)
