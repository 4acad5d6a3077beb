"""Results as they are made, in one SQLite file in the output folder: what makes a killed run go on where it stopped.

Nothing of a class is held in memory: results come from the file again when a report is written. One grader at a time
holds the folder, and believes only what is as it was written: each row carries a checksum.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, overload

import msgspec
from filelock import FileLock, Timeout

from autograder.errors import WRONG, KitError
from autograder.messages import _, ngettext
from autograder.results import Change, ExerciseResult, SubmissionResult, packed, unpacked

LOG = logging.getLogger("autograder")
NAME, LOCK = ".grading.sqlite", ".grading.lock"
CLASS = "class"  # the fact that says where the class lies
FLUSH_SECONDS = 0.5  # a transaction waits for the disk, longer than a submission takes
VERSION = 5
_SCHEMA = {
    "facts": "CREATE TABLE facts (name text primary key, value text not null, checksum blob not null)",
    "students": "CREATE TABLE students (student text primary key, notes text not null, flags text not null,"
    " checksum blob not null)",
    "results": "CREATE TABLE results (student text not null, exercise text not null, key text not null, mark real,"
    " result blob not null, checksum blob not null, primary key (student, exercise))",
}
_UNREADABLE = (sqlite3.Error, ValueError)


class InUseError(KitError):
    """Another grader holds the folder; the message is a sentence."""


class DamagedStoreError(KitError):
    """What is in the file is not what was written; the message is a sentence."""


class Store:
    """Results by student and exercise; ``key`` stands for everything that a result depends on.

    A result without a key is the grader's fault: it is shown, but made again by the next run, and no mark is taken
    from it.
    """

    def __init__(self, folder: Path, mend: bool = True) -> None:
        """Takes hold of a folder, until ``close`` or the end of the process.

        What is damaged is left out and said to be; with ``mend=False`` it raises ``DamagedStoreError`` instead. Raises
        ``InUseError``, and sqlite3.Error or OSError if the folder cannot be written.
        """
        self.path = folder / NAME
        self._lock = _lock(folder)
        try:
            if _damaged(self.path):
                if not mend:
                    raise DamagedStoreError(_("{path} is damaged: grade this part again.").format(path=self.path))
                _mend(self.path)
            self._connection = _open(self.path)
        except BaseException:
            self._lock.release()
            raise
        self._results: dict[tuple[str, str], tuple[str, float | None, bytes]] = {}
        self._students: dict[str, tuple[str, str]] = {}
        self._flushed = time.monotonic()

    def keys(self, student: str) -> dict[str, str]:
        """The keys of a student's results, by exercise."""
        with _intact(self.path):
            return dict(self._connection.execute("select exercise, key from results where student = ?", (student,)))

    def put(self, student: str, exercise: str, key: str, result: ExerciseResult) -> Change | None:
        """Stores a result, on the disk within ``FLUSH_SECONDS``; tells if it changes a mark given before."""
        query = "select mark from results where student = ? and exercise = ?"
        with _intact(self.path):
            row = self._connection.execute(query, (student, exercise)).fetchone()
        before: float | None = row[0] if row else None
        mark = float(result.score) if key else before
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
            _insert(self._connection, "facts", facts.items())

    def facts(self) -> dict[str, str]:
        with _intact(self.path):
            return dict(self._connection.execute("select name, value from facts"))

    def flush(self) -> None:
        """Brings what was put onto the disk, in one transaction. Raises OSError; then it may be tried again."""
        rows = [(*place, *row) for place, row in self._results.items()]
        with self._transaction():
            _insert(self._connection, "results", rows)
            _insert(self._connection, "students", [(student, *said) for student, said in self._students.items()])
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
        with _intact(self.path):
            yield from self._connection.execute("select student, exercise, key, mark, result from results")

    def students(self) -> dict[str, tuple[list[str], list[str]]]:
        """All students that were graded, with their notes and flags."""
        with _intact(self.path):
            found = self._connection.execute("select student, notes, flags from students order by student")
            return {student: (_list(notes), _list(flags)) for student, notes, flags in found}

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what a full disk did not take is graded again
            self.flush()
        self._connection.close()
        self._lock.release()


class StoredSubmissions(Sequence[SubmissionResult]):
    """The submissions of a class as they are in the store, read anew at each pass."""

    def __init__(self, path: Path, students: Sequence[str], ids: Sequence[str], opened: bool = False) -> None:
        """opened: whether students may see secret inputs."""
        self._path = path
        self._opened = opened
        self._names = list(students)
        self._ids = list(ids)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[SubmissionResult]:
        connection = _connect(self._path)
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
        connection = _connect(self._path)
        try:
            if isinstance(index, slice):
                return [self._read(connection, student) for student in self._names[index]]
            return self._read(connection, self._names[index])
        finally:
            connection.close()

    def _read(self, connection: sqlite3.Connection, student: str) -> SubmissionResult:
        with _intact(self._path):
            rows = dict(connection.execute("select exercise, result from results where student = ?", (student,)))
            found = [unpacked(rows[id]) for id in self._ids if id in rows]
            said = connection.execute("select notes, flags from students where student = ?", (student,)).fetchone()
            told = [_list(text) for text in said or ()]
        if self._opened:
            found = [result.opened() for result in found]
        return SubmissionResult.of(student, found, *told)


@contextlib.contextmanager
def _intact(path: Path) -> Iterator[None]:
    """Around what reads the file while it is held: it was whole when it was opened. Raises ``DamagedStoreError``."""
    try:
        yield
    except _UNREADABLE as error:
        text = _(
            "{path} was damaged while it was in use ({reason}). Run the same command again: what is whole is kept."
        )
        raise DamagedStoreError(text.format(path=path, reason=error), WRONG) from None


def _listed(texts: Sequence[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()


def _list(stored: str) -> list[str]:
    return msgspec.json.decode(stored, type=list[str])


def _lock(folder: Path) -> FileLock:
    """Holds the folder against other graders, on this machine and, where its file system can, on others."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        text = _("Another grader is at work in {out}: wait until it is done, or give another folder with --out.")
        raise InUseError(text.format(out=folder)) from None
    return lock


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")  # what this changes, no checksum fits
    return connection


def _open(path: Path) -> sqlite3.Connection:
    """The file with its tables, which is made if need be."""
    connection = _connect(path)
    if _version(connection) != VERSION:
        with connection:
            connection.execute("begin immediate")
            for statement in _SCHEMA.values():
                connection.execute(statement)
            connection.execute(f"pragma user_version = {VERSION}")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("pragma user_version").fetchone()
    return int(version)


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    """Puts rows into a table, each with its checksum."""
    sealed = [(*row, _checksum(row)) for row in rows]
    if sealed:
        marks = ", ".join("?" * len(sealed[0]))
        connection.executemany(f"insert or replace into {table} values ({marks})", sealed)


def _checksum(row: Sequence[Any]) -> bytes:
    return hashlib.sha256(msgspec.msgpack.encode(row)).digest()


def _sound(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table that are as they were written, without their checksums."""
    for *row, checksum in connection.execute(f"select * from {table}"):
        if _checksum(row) == checksum:
            yield tuple(row)


def _damaged(path: Path) -> bool:
    """Whether anything in the file is not what was written. One of another version is removed: its keys are others."""
    if not path.exists():
        return False
    with contextlib.closing(_connect(path)) as connection:
        try:
            if _version(connection) == VERSION:
                (verdict,) = connection.execute("pragma integrity_check").fetchone()
                tables = dict(connection.execute("select name, sql from sqlite_master where type = 'table'"))
                return verdict != "ok" or tables != _SCHEMA or any(_lost(connection, table) for table in _SCHEMA)
        except _UNREADABLE as error:
            if _of_the_folder(error):
                raise
            return True
    path.unlink()
    return False


def _lost(connection: sqlite3.Connection, table: str) -> int:
    """How many rows of a table are not as they were written."""
    (number,) = connection.execute(f"select count(*) from {table}").fetchone()
    return int(number) - sum(1 for _row in _sound(connection, table))


def _of_the_folder(error: Exception) -> bool:
    """Whether an error says that the file cannot be reached, and nothing of what is in it."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _UNREACHABLE and code != sqlite3.SQLITE_IOERR_SHORT_READ


_UNREACHABLE = {
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
}  # fmt: skip


def _mend(path: Path) -> None:
    """Moves a damaged file aside and begins anew with what in it is whole; says so."""
    aside = next(a for n in count(1) if not (a := path.with_name(f"{path.name}.damaged-{n}")).exists())
    for end in ("-journal", ""):  # the journal belongs to the file: left behind, it would be played into the new one
        old = path.with_name(path.name + end)
        if old.exists():
            old.rename(aside.with_name(aside.name + end))
    lost = 0
    with contextlib.closing(_open(path)) as mended, contextlib.closing(_connect(aside)) as damaged:
        for table in _SCHEMA:
            with contextlib.suppress(*_UNREADABLE), mended:  # what was read before the error is kept
                for row in _sound(damaged, table):
                    _insert(mended, table, [row])
        with contextlib.suppress(*_UNREADABLE):
            lost = _lost(damaged, "results")
    if lost:
        text = ngettext(
            "{n} result in {out} was damaged and is graded again; the damaged file is kept as {aside}.",
            "{n} results in {out} were damaged and are graded again; the damaged file is kept as {aside}.",
            lost,
        )
    else:
        text = _("{path} was damaged: what cannot be read in it is graded again; it is kept as {aside}.")
    LOG.warning(text.format(n=lost, out=path.parent, path=path, aside=aside.name))
