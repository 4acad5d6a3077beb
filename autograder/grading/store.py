"""Results as they are made, in one SQLite file in the output folder: what makes a killed run go on where it stopped."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.grading.results import ExerciseResult

NAME = ".grading.sqlite"
_SCHEMA = """
create table if not exists results (
    student text not null, exercise text not null, key text not null, result blob not null,
    primary key (student, exercise)
)
"""


@dataclass(frozen=True)
class Change:
    """A mark that differs from the one an earlier run gave."""

    student: str
    exercise: str
    before: float
    after: float


class Store:
    """Results by student and exercise; ``key`` stands for everything that a result depends on."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / NAME, timeout=30)
        self._connection.execute(_SCHEMA)

    def find(self, student: str, exercise: str, key: str) -> ExerciseResult | None:
        """The stored result, if it was made from the same things."""
        row = self._row(student, exercise)
        return msgspec.json.decode(row[1], type=ExerciseResult) if row and row[0] == key else None

    def put(self, student: str, exercise: str, key: str, result: ExerciseResult) -> Change | None:
        """Stores a result at once; tells if it changes a mark given before."""
        row = self._row(student, exercise)
        with self._connection:
            self._connection.execute(
                "insert or replace into results values (?, ?, ?, ?)",
                (student, exercise, key, msgspec.json.encode(result)),
            )
        if row is None:
            return None
        before = msgspec.json.decode(row[1], type=ExerciseResult)
        if before.score == result.score:
            return None
        return Change(student, exercise, before.score, result.score)

    def _row(self, student: str, exercise: str) -> tuple[str, bytes] | None:
        query = "select key, result from results where student = ? and exercise = ?"
        row: tuple[str, bytes] | None = self._connection.execute(query, (student, exercise)).fetchone()
        return row

    def close(self) -> None:
        self._connection.close()
