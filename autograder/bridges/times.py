"""When students handed in, as each route tells it. The time of a file on the disk tells nothing: a copy changes it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from autograder.bridges.moodle import KINDS, Worksheet
from autograder.bridges.sheet import Sheet, SheetError
from autograder.intake.classes import Submissions
from autograder.marks.finals import Finals, apply
from autograder.marks.policy import GRADESCOPE, NBGRADER, Budget, Policy, PolicyError, load
from autograder.messages import _
from autograder.results import SubmissionResult
from autograder.tables import GUARDED

MAX_STAMP = 200
T = TypeVar("T")


@dataclass
class Prepared:
    """A policy with all that it refers to, read before anything is graded."""

    policy: Policy
    submitted: dict[str, datetime]
    used: dict[str, int]
    strangers: list[str]

    def finals(self, submissions: Iterable[SubmissionResult]) -> Finals:
        finals = apply(self.policy, submissions, self.submitted, self.used)
        finals.strangers = sorted({*finals.strangers, *self.strangers})
        return finals


def prepare(path: Path, folder: Path, class_: Submissions) -> Prepared:
    """Reads a policy for a class; folder: where it lies. Raises ``PolicyError``."""
    policy = load(path)
    submitted, strangers = _submission_times(policy, path.parent, folder, class_)
    used = read_used(path.parent / policy.late.used) if isinstance(policy.late, Budget) and policy.late.used else {}
    return Prepared(policy, submitted, used, strangers)


def _submission_times(
    policy: Policy, beside: Path, folder: Path, class_: Submissions
) -> tuple[dict[str, datetime], list[str]]:
    """The moments by student, and names in the source of times that no student of the class has.

    beside: the folder of the policy's file. folder: where the submissions lie.
    """
    if isinstance(policy.times, dict):
        return {student: policy.moment(time) for student, time in policy.times.items()}, []
    if not policy.times:
        return {}, []
    if policy.times == NBGRADER:
        stamps = {student: _stamp(folder / student) for student in class_.people}
        return {student: moment for student, moment in stamps.items() if moment is not None}, []
    if policy.times == GRADESCOPE:
        return class_.times, []
    path = beside / policy.times
    work = _worksheet(path)
    if work is None:
        times = read_times(path, policy)
        return times, sorted(set(times) - set(class_.people))
    if policy.zone is None:
        text = _("{path} gives times without a zone: set 'timezone' to the one that you use in Moodle.")
        raise PolicyError(text.format(path=path))
    identities = {student: [ids[kind] for kind in KINDS if kind in ids] for student, ids in class_.people.items()}
    return {student: time.astimezone(UTC) for student, time in work.times(identities, policy.zone).items()}, []


def _worksheet(path: Path) -> Worksheet | None:
    """The grading worksheet in a file; None if it is another list."""
    try:
        sheet = Sheet.read(path)
    except SheetError as error:
        raise PolicyError(str(error)) from None
    if "submitted" in sheet.header:
        return None
    try:
        return Worksheet(sheet, path)
    except SheetError:
        return None


def _stamp(folder: Path) -> datetime | None:
    """The time that nbgrader wrote when it collected a submission, in the folder or in its only assignment."""
    found = [p for p in (folder / "timestamp.txt", *sorted(folder.glob("*/timestamp.txt"))) if p.is_file()]
    if len(found) != 1 or found[0].is_symlink():
        return None
    try:
        with found[0].open(encoding="utf-8") as file:
            text = file.read(MAX_STAMP).strip()
        stamp = datetime.fromisoformat(text.removesuffix("UTC").strip())
    except (OSError, ValueError):
        return None
    return stamp.replace(tzinfo=stamp.tzinfo or UTC).astimezone(UTC)


def read_used(path: Path) -> dict[str, int]:
    """Late days spent before, by student: a CSV with the columns student and late_days, as final.csv is one.

    Raises ``PolicyError``.
    """
    return _read_column(path, "late_days", int)


def read_times(path: Path, policy: Policy) -> dict[str, datetime]:
    """When students handed in, as moments: a CSV with the columns student and submitted. Raises ``PolicyError``."""
    return _read_column(path, "submitted", lambda text: policy.moment(datetime.fromisoformat(text)))


def _read_column(path: Path, column: str, parse: Callable[[str], T]) -> dict[str, T]:
    found: dict[str, T] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"student", column} <= set(reader.fieldnames or ()):
                text = _("{path} needs the columns 'student' and {column!r}.")
                raise PolicyError(text.format(path=path, column=column))
            for row in reader:
                student, cell = (row["student"] or "").strip(), (row[column] or "").strip()
                student = student[1:] if student[:2] in GUARDED else student
                if not cell:
                    continue
                if student in found:
                    text = _("{path}, line {line}: {student} appears twice.")
                    raise PolicyError(text.format(path=path, line=reader.line_num, student=student))
                try:
                    found[student] = parse(cell)
                except PolicyError as error:
                    raise PolicyError(f"{path}: {error}") from None
                except ValueError:
                    text = _("{path}, line {line}: {cell!r} is not what belongs there; write it as in {example!r}.")
                    example = "2026-11-20T23:59+01:00" if column == "submitted" else "2"
                    values = {"path": path, "line": reader.line_num, "cell": cell, "example": example}
                    raise PolicyError(text.format(**values)) from None
    except OSError as error:
        raise PolicyError(_("{path} cannot be read: {reason}.").format(path=path, reason=error.strerror)) from None
    except (UnicodeDecodeError, csv.Error):
        raise PolicyError(_("{path} is not a CSV file in UTF-8.").format(path=path)) from None
    return found
