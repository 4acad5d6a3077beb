"""Results as they are made, in one SQLite file in the output folder: what makes a killed run go on where it stopped.

Nothing of a class is held in memory: results come from the file again when a report is written.
"""

from __future__ import annotations

import contextlib
import errno
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import overload

import msgspec

from autograder.results import Change, ExerciseResult, SubmissionResult, packed, unpacked

NAME = ".grading.sqlite"
FLUSH_SECONDS = 0.5  # a transaction waits for the disk, longer than a submission takes
WAIT_SECONDS = 30.0  # for another grader on the same folder
VERSION = 4
_SCHEMA = (
    "create table facts (name text primary key, value text not null)",
    "create table students (student text primary key, notes text not null, flags text not null)",
    "create table results (student text not null, exercise text not null, key text not null, mark real,"
    " result blob not null, primary key (student, exercise)) without rowid",
)


class Store:
    """Results by student and exercise; ``key`` stands for everything that a result depends on.

    A result without a key is the grader's fault: it is shown, but made again by the next run, and no mark is taken
    from it.
    """

    def __init__(self, folder: Path) -> None:
        """Raises sqlite3.Error or OSError if the folder cannot be written."""
        self.path = folder / NAME
        self._connection = _open(self.path)
        self._results: dict[tuple[str, str], tuple[str, float | None, bytes]] = {}
        self._students: dict[str, tuple[str, str]] = {}
        self._flushed = time.monotonic()

    def keys(self, student: str) -> dict[str, str]:
        """The keys of a student's results, by exercise."""
        return dict(self._connection.execute("select exercise, key from results where student = ?", (student,)))

    def put(self, student: str, exercise: str, key: str, result: ExerciseResult) -> Change | None:
        """Stores a result, on the disk within ``FLUSH_SECONDS``; tells if it changes a mark given before."""
        query = "select mark from results where student = ? and exercise = ?"
        row = self._connection.execute(query, (student, exercise)).fetchone()
        before: float | None = row[0] if row else None
        mark = result.score if key else before
        self._results[student, exercise] = key, mark, packed(result)
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()
        if before is None or before == mark or mark is None:
            return None
        return Change(student, exercise, before, mark)

    def describe(self, student: str, notes: Sequence[str], flags: Sequence[str] = ()) -> None:
        """Remembers what a person should know about a submission; the flags are for the instructor alone."""
        self._students[student] = _listed(notes), _listed(flags)

    def tell(self, facts: Mapping[str, str]) -> None:
        """Keeps facts about the run."""
        with self._transaction():
            self._connection.executemany("insert or replace into facts values (?, ?)", facts.items())

    def facts(self) -> dict[str, str]:
        return dict(self._connection.execute("select name, value from facts"))

    def flush(self) -> None:
        """Brings what was put onto the disk, in one transaction. Raises OSError; then it may be tried again."""
        rows = [(*place, *row) for place, row in self._results.items()]
        with self._transaction():
            self._connection.executemany("insert or replace into results values (?, ?, ?, ?, ?)", rows)
            students = [(student, *said) for student, said in self._students.items()]
            self._connection.executemany("insert or replace into students values (?, ?, ?)", students)
        self._results.clear()
        self._students.clear()
        self._flushed = time.monotonic()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with self._connection:
                yield
        except sqlite3.Error as error:
            raise OSError(errno.EIO, str(error)) from None

    def rows(self) -> Iterator[tuple[str, str, str, float | None, bytes]]:
        """Everything that was graded: student, exercise, key, mark, encoded result."""
        yield from self._connection.execute("select student, exercise, key, mark, result from results")

    def students(self) -> dict[str, tuple[list[str], list[str]]]:
        """All students that were graded, with their notes and flags."""
        found = self._connection.execute("select student, notes, flags from students order by student")
        return {student: (_list(notes), _list(flags)) for student, notes, flags in found}

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what a full disk did not take is graded again
            self.flush()
        self._connection.close()


class StoredSubmissions(Sequence[SubmissionResult]):
    """The submissions of a class as they are in the store, read anew at each pass."""

    def __init__(self, path: Path, students: Sequence[str], ids: Sequence[str]) -> None:
        self._path = path
        self._names = list(students)
        self._ids = list(ids)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[SubmissionResult]:
        connection = _open(self._path)
        try:
            for student in self._names:
                yield self._read(connection, student)
        finally:
            connection.close()

    @overload
    def __getitem__(self, index: int) -> SubmissionResult: ...
    @overload
    def __getitem__(self, index: slice) -> list[SubmissionResult]: ...
    def __getitem__(self, index: int | slice) -> SubmissionResult | list[SubmissionResult]:
        connection = _open(self._path)
        try:
            if isinstance(index, slice):
                return [self._read(connection, student) for student in self._names[index]]
            return self._read(connection, self._names[index])
        finally:
            connection.close()

    def _read(self, connection: sqlite3.Connection, student: str) -> SubmissionResult:
        rows = dict(connection.execute("select exercise, result from results where student = ?", (student,)))
        found = [unpacked(rows[id]) for id in self._ids if id in rows]
        said = connection.execute("select notes, flags from students where student = ?", (student,)).fetchone()
        return SubmissionResult.of(student, found, *map(_list, said or ()))


def _listed(texts: Sequence[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()


def _list(stored: str) -> list[str]:
    return msgspec.json.decode(stored, type=list[str])


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS)
    if _version(connection) != VERSION:
        with connection:
            connection.execute("begin immediate")
            if _version(connection) != VERSION:  # another grader may have been faster
                # A file of another version holds nothing that could be reused: its keys are others.
                for (name,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
                    connection.execute(f"drop table {name}")
                for statement in _SCHEMA:
                    connection.execute(statement)
                connection.execute(f"pragma user_version = {VERSION}")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("pragma user_version").fetchone()
    return int(version)
