"""Results as files for programs and spreadsheets: results.json and grades.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from autograder.results import ExerciseResult, Results, Status, SubmissionResult


def json_parts(results: Results) -> Iterator[bytes]:
    """The contract of results.json, exactly its fields, one submission after another."""
    head = {
        "schema_version": results.schema_version,
        "kit_version": results.kit_version,
        "seed": results.seed,
        "environment": results.environment,
        "isolation": results.isolation,
    }
    yield msgspec.json.encode(head)[:-1] + b',"submissions":['
    between = b"\n"
    for submission in results.submissions:
        yield between + msgspec.json.encode(_submission(submission))
        between = b",\n"
    yield b"]}\n"


def csv_parts(results: Results, ids: Iterable[str]) -> Iterator[bytes]:
    """grades.csv: one row a student, one column an exercise, then the total and what could be reached."""
    ids = list(ids)
    yield b"\xef\xbb\xbf" + _csv_row(["student", *ids, "score", "max_score"])
    for submission in results.submissions:
        scores = {e.id: _mark(e) for e in submission.exercises}
        row = [scores.get(i, "") for i in ids]
        total = Status.UNGRADED.value if submission.waits else number(submission.score)
        yield _csv_row([cell(submission.student), *row, total, number(submission.max_score)])


def _mark(exercise: ExerciseResult) -> str:
    """The points; of what could not be graded that word, since no points are not 0 points."""
    return exercise.status.value if exercise.status is Status.UNGRADED else number(exercise.score)


def _csv_row(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8", "replace")


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
                **({"left_out": e.left_out} if e.left_out else {}),
            }
            for e in submission.exercises
        ],
    }


CHECK_FIELDS = ("name", "status", "score", "max_score", "message", "diagnosis", "visibility", "seconds")


def number(value: float) -> str:
    """A mark as the tables of raw marks print it."""
    return f"{value:g}"


def exact(value: float) -> str:
    """A mark with all the digits that a policy may give it."""
    return f"{round(value, 4) + 0.0:.10g}"


# How a cell begins that is marked as text, since a spreadsheet would take it for a formula: some look past blanks, and
# take the wide forms of these characters for the same.
GUARDED = {f"'{first}" for first in "=+-@＝＋－＠−\t\r\n\v\f \u00a0\u3000\u200b\ufeff"}


def cell(text: str) -> str:
    """Text for a cell, marked as text where a spreadsheet would take it for a formula."""
    return f"'{text}" if f"'{text[:1]}" in GUARDED else text
