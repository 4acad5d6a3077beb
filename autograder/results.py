"""The one model of a result, and its contract with the world: ``results.json`` and ``grades.csv``."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

SCHEMA_VERSION = 1


class Status(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    FORBIDDEN = "forbidden"
    SKIPPED = "skipped"
    UNGRADED = "ungraded"


# What an exercise is called whose checks came out differently: the first of these that occurs.
GRAVITY = (
    Status.UNGRADED,
    Status.FORBIDDEN,
    Status.TIMEOUT,
    Status.MEMORY,
    Status.ERROR,
    Status.FAILED,
    Status.NOT_ATTEMPTED,
    Status.SKIPPED,
)


class Detail(msgspec.Struct, omit_defaults=True):
    """What the terminal and the pages show beyond the contract.

    expected, got: the values side by side. snippet: Python that reproduces the failure.
    trace: lines of the student's file. output: what was printed. misconception: name of the one diagnosed.
    picture: two images, the one ``wanted`` and the one that ``came``.
    Of a training check: curve, the loss of each epoch; band, the reference's over many seeds, as ``low``,
    ``median`` and ``high``; metric and threshold.
    """

    expected: str = ""
    got: str = ""
    snippet: str = ""
    trace: list[str] = []
    output: str = ""
    curve: list[float] = []
    band: dict[str, list[float]] = {}
    metric: float | None = None
    threshold: float | None = None
    misconception: str = ""
    picture: dict[str, list[list[float]]] = {}


class CheckResult(msgspec.Struct):
    name: str
    status: Status
    score: float
    max_score: float
    message: str = ""
    diagnosis: str | None = None
    visibility: str = "public"
    seconds: float = 0.0
    line: str = ""
    detail: Detail = msgspec.field(default_factory=Detail)


class ExerciseResult(msgspec.Struct):
    id: str
    status: Status
    score: float
    max_score: float
    seconds: float = 0.0
    checks: list[CheckResult] = []
    note: str = ""

    @classmethod
    def of(cls, id: str, checks: list[CheckResult], note: str = "") -> ExerciseResult:
        """The exercise whose checks these are."""
        statuses = {check.status for check in checks}
        status = next((s for s in GRAVITY if s in statuses), Status.PASSED)
        return cls(
            id=id,
            status=status,
            score=round(sum(check.score for check in checks), 6),
            max_score=round(sum(check.max_score for check in checks), 6),
            seconds=round(sum(check.seconds for check in checks), 4),
            checks=checks,
            note=note,
        )


def packed(result: ExerciseResult) -> bytes:
    """A result as bytes, to be kept or sent: not JSON, which has no NaN, and a wrong answer may be full of them."""
    return msgspec.msgpack.encode(result)


def unpacked(content: bytes) -> ExerciseResult:
    return msgspec.msgpack.decode(content, type=ExerciseResult)


class SubmissionResult(msgspec.Struct):
    student: str
    score: float
    max_score: float
    exercises: list[ExerciseResult]
    notes: list[str] = []
    flags: list[str] = []  # for the instructor alone

    @classmethod
    def of(
        cls, student: str, exercises: list[ExerciseResult], notes: Sequence[str] = (), flags: Sequence[str] = ()
    ) -> SubmissionResult:
        return cls(
            student=student,
            score=round(sum(e.score for e in exercises), 6),
            max_score=round(sum(e.max_score for e in exercises), 6),
            exercises=exercises,
            notes=list(notes),
            flags=list(flags),
        )


class Results(msgspec.Struct):
    kit_version: str
    seed: str
    environment: dict[str, str]
    isolation: str
    submissions: Sequence[SubmissionResult]
    schema_version: int = SCHEMA_VERSION

    def json_parts(self) -> Iterator[bytes]:
        """The contract of results.json, exactly its fields, one submission after another."""
        head = {
            "schema_version": self.schema_version,
            "kit_version": self.kit_version,
            "seed": self.seed,
            "environment": self.environment,
            "isolation": self.isolation,
        }
        yield msgspec.json.encode(head)[:-1] + b',"submissions":['
        between = b"\n"
        for submission in self.submissions:
            yield between + msgspec.json.encode(_submission(submission))
            between = b",\n"
        yield b"]}\n"

    def csv_parts(self, ids: Iterable[str]) -> Iterator[bytes]:
        """grades.csv: one row a student, one column an exercise, then the total and what could be reached."""
        ids = list(ids)
        yield b"\xef\xbb\xbf" + _csv_row(["student", *ids, "score", "max_score"])
        for submission in self.submissions:
            scores = {e.id: _number(e.score) for e in submission.exercises}
            row = [scores.get(i, "") for i in ids]
            yield _csv_row([_cell(submission.student), *row, _number(submission.score), _number(submission.max_score)])


def _csv_row(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8", "replace")


def write_atomically(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Writes a file so that a reader, or a crash, sees the old content or the new, never a part."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _submission(submission: SubmissionResult) -> dict[str, object]:
    return {
        "student": submission.student,
        "score": submission.score,
        "max_score": submission.max_score,
        "exercises": [
            {
                "id": e.id,
                "status": e.status,
                "score": e.score,
                "max_score": e.max_score,
                "seconds": e.seconds,
                "checks": [
                    {name: getattr(c, name) for name in CHECK_FIELDS} | {"seconds": round(c.seconds, 4)}
                    for c in e.checks
                ],
            }
            for e in submission.exercises
        ],
    }


CHECK_FIELDS = ("name", "status", "score", "max_score", "message", "diagnosis", "visibility", "seconds")


def _number(value: float) -> str:
    return f"{value:g}"


def _cell(text: str) -> str:
    """A folder name that a spreadsheet would take for a formula is marked as text."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
