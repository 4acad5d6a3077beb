"""Results as they are made, in one SQLite file in the output folder: what makes a killed run go on where it stopped."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.grading.results import ExerciseResult

NAME = ".grading.sqlite"
FLUSH_SECONDS = 0.5  # a transaction waits for the disk, longer than a submission takes
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
        self._pending: list[tuple[str, str, str, bytes]] = []
        self._flushed = time.monotonic()

    def find(self, student: str, exercise: str, key: str) -> ExerciseResult | None:
        """The stored result, if it was made from the same things."""
        row = self._row(student, exercise)
        return msgspec.json.decode(row[1], type=ExerciseResult) if row and row[0] == key else None

    def put(self, student: str, exercise: str, key: str, result: ExerciseResult) -> Change | None:
        """Stores a result, on the disk within ``FLUSH_SECONDS``; tells if it changes a mark given before."""
        row = self._row(student, exercise)
        self._pending.append((student, exercise, key, msgspec.json.encode(result)))
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()
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

    def flush(self) -> None:
        """Brings what was put onto the disk, in one transaction."""
        with self._connection:
            self._connection.executemany("insert or replace into results values (?, ?, ?, ?)", self._pending)
        self._pending.clear()
        self._flushed = time.monotonic()

    def close(self) -> None:
        try:
            self.flush()
        finally:
            self._connection.close()
